/* Arrays as the server packs them (dashboard/questions/packing.py). */

const views = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array };

/* What the server packed, from a byte on; `following` is what comes after it in the same answer, if anything does. */
export const unpack = (buffer, from = 0) => {
  const length = new DataView(buffer).getUint32(from, true), first = from + 4 + length;
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, from + 4, length)));
  const arrays = {};
  let end = first;
  for (const [name, [type, offset, shape]] of Object.entries(header.arrays)) {
    const array = (arrays[name] = new views[type](buffer, first + offset, shape.reduce((n, m) => n * m, 1)));
    array.shape = shape;
    end = Math.max(end, first + offset + 8 * Math.ceil(array.byteLength / 8));
  }
  return { ...header, arrays, following: end < buffer.byteLength ? unpack(buffer, end) : null };
};
