/** Files in one .zip, uncompressed: the format of 1989 with names in UTF-8. Left out: dates, and files above 4 GB. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Numbers as bytes, the lowest first: [value, how many bytes], … */
function numbers(...pairs) {
  const bytes = ([value, size]) => Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);
  return Uint8Array.from(pairs.flatMap(bytes));
}

const UTF8 = 0x0800, VERSION = 20, NEW_YEAR_1980 = 33;

/** files: [{name, bytes}, …] */
export function zip(files) {
  const parts = [], list = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const called = new TextEncoder().encode(name);
    const common = [[VERSION, 2], [UTF8, 2], [0, 2], [0, 2], [NEW_YEAR_1980, 2], [checksum(bytes), 4], [bytes.length, 4],
      [bytes.length, 4], [called.length, 2], [0, 2]];
    parts.push(numbers([0x04034b50, 4], ...common), called, bytes);
    const more = [[0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]];
    list.push(numbers([0x02014b50, 4], [VERSION, 2], ...common, ...more), called);
    offset += 30 + called.length + bytes.length;
  }
  const size = list.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = [[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]];
  const all = [...parts, ...list, numbers(...end)];
  const made = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of all) {
    made.set(part, place);
    place += part.length;
  }
  return made;
}
