"""A cable between two servers keeps all bytes in order, whatever is done to it; or the connection is gone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from labkit.deploy.cables import HERE, Cable

SOON = 20.0
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Claim = Callable[[Cable, Ends, Ends], Awaitable[None]]


def over_a_cable(claim: Claim) -> None:
    """Try the claim with a cable, and a connection over it: the end that has called, and the other."""
    async def play() -> None:
        answered: asyncio.Queue[Ends] = asyncio.Queue()
        server = await asyncio.start_server(lambda *ends: answered.put_nowait(ends), HERE, 0)
        cable = Cable()
        await cable.lay()
        near = await asyncio.open_connection(HERE, cable.port)  # held until the far end is known
        cable.leads_to(server.sockets[0].getsockname()[1])
        far = await answered.get()
        await claim(cable, near, far)
        cable.close()
        server.close()
        for _, writer in (near, far):
            writer.transport.abort()

    asyncio.run(asyncio.wait_for(play(), SOON))


async def is_gone(ends: Ends) -> bool:
    """Whether the connection has ended here."""
    with suppress(OSError):
        return await ends[0].read(1) == b""
    return True


def test_all_bytes_arrive_in_order_though_the_reader_is_slow() -> None:
    """More than sockets and the cable hold: the sender is held up meanwhile."""
    sent = bytes(range(256)) * 60_000

    async def claim(_: Cable, near: Ends, far: Ends) -> None:
        near[1].write(sent)
        await asyncio.sleep(0.1)
        assert near[1].transport.get_write_buffer_size() > 0, "nobody reads: it cannot all be gone"
        assert await far[0].readexactly(len(sent)) == sent

    over_a_cable(claim)


def test_a_cable_that_becomes_fast_again_lets_nothing_overtake() -> None:
    async def claim(cable: Cable, near: Ends, far: Ends) -> None:
        loop = asyncio.get_running_loop()
        cable.delay, begin = 0.15, loop.time()
        near[1].write(b"first ")
        await asyncio.sleep(0.05)
        cable.delay = 0.0
        near[1].write(b"second")
        assert await far[0].readexactly(12) == b"first second"
        assert loop.time() - begin >= 0.15

    over_a_cable(claim)


def test_what_a_side_says_before_it_ends_arrives_and_then_the_other_hears_of_the_end() -> None:
    async def claim(cable: Cable, near: Ends, far: Ends) -> None:
        cable.delay = 0.05
        far[1].write(b"farewell")
        far[1].write_eof()
        assert await near[0].readexactly(8) == b"farewell"
        assert await is_gone(near) and await is_gone(far)

    over_a_cable(claim)


def test_a_reset_is_told_to_both_ends_and_calls_are_refused_until_it_is_mended() -> None:
    async def claim(cable: Cable, near: Ends, far: Ends) -> None:
        cable.cut()
        assert await is_gone(near) and await is_gone(far)
        assert await is_gone(await asyncio.open_connection(HERE, cable.port))
        cable.heal()
        _, again = await asyncio.open_connection(HERE, cable.port)
        again.write(b"x")
        again.transport.abort()

    over_a_cable(claim)


def test_silence_is_told_to_nobody_and_what_was_on_the_cable_is_lost_when_it_is_mended() -> None:
    async def claim(cable: Cable, near: Ends, far: Ends) -> None:
        cable.cut(silent=True)
        near[1].write(b"into the void")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(far[0].read(1), 0.1)
        cable.heal()
        assert await is_gone(near) and await is_gone(far)

    over_a_cable(claim)
