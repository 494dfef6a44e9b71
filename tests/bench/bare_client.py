"""One of two bare clients in a process of its own: python bare_client.py ask|answer url subject subject.

A line of the input is sent to the other, which sends it back; then it is a line of the output.
"""

import asyncio
import sys

import nats
from nats.aio.msg import Msg


async def main(part: str, url: str, there: str, back: str) -> None:
    """Until the input ends."""
    client = await nats.connect(url)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)

    async def answer(message: Msg) -> None:
        await client.publish(back, message.data)

    async def arrive(message: Msg) -> None:
        sys.stdout.buffer.write(message.data + b"\n")
        sys.stdout.buffer.flush()

    await client.subscribe(*((back, "", arrive) if part == "ask" else (there, "", answer)))
    await client.flush()
    print("there", flush=True)
    while line := await lines.readline():
        await client.publish(there, line.rstrip(b"\n"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
