/** The files of a .zip, in the order of its list. Left out: encrypted ones, and files above 4 GB. */

const NONE = "This is no .zip file, or not all of it has arrived. Choose the day13-work.zip that was downloaded here.";
const END = 0x06054b50, ENTRY = 0x02014b50, STORED = 0, DEFLATED = 8;

/** bytes: a Uint8Array; gives [{name, bytes}, …] */
export async function unzip(bytes) {
  try {
    return await files(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch {
    throw new Error(NONE);
  }
}

async function files(bytes, view) {
  const number = (place, size = 4) => (size === 2 ? view.getUint16(place, true) : view.getUint32(place, true));
  let end = bytes.length - 22;
  while (number(end) !== END) end--;
  const found = [];
  let place = number(end + 16);
  for (let left = number(end + 10, 2); left > 0; left--) {
    if (number(place) !== ENTRY) throw new Error(NONE);
    const called = number(place + 28, 2), local = number(place + 42);
    const name = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(place + 46, place + 46 + called));
    const begin = local + 30 + number(local + 26, 2) + number(local + 28, 2);
    const packed = bytes.slice(begin, begin + number(place + 20));
    if (!name.endsWith("/")) found.push({ name, bytes: await unpacked(packed, number(place + 10, 2)) });
    place += 46 + called + number(place + 30, 2) + number(place + 32, 2);
  }
  return found;
}

async function unpacked(packed, method) {
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new Error(NONE);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
