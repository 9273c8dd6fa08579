/** 16-bit floating-point numbers as bits: not every Node.js that Astro runs on has Float16Array. */

/** The number that the 16 `bits` of an IEEE 754 binary16 stand for, exactly. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal, or zero
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The number that the 16 `bits` of a bfloat16, the upper half of a float32, stand for, exactly. */
export function fromBfloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 7) & 0xff;
  const fraction = bits & 0x7f;
  if (exponent === 0) return sign * fraction * 2 ** -133; // subnormal, or zero
  if (exponent === 0xff) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (128 + fraction) * 2 ** (exponent - 134);
}

/** The bits of the binary16 nearest to `value`, ties to even. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24); // subnormal; 1024 carries into the exponent
  const exponent = Math.floor(Math.log2(size));
  const fixed = size >= 2 ** (exponent + 1) ? exponent + 1 : size < 2 ** exponent ? exponent - 1 : exponent;
  return sign | (((fixed + 15) << 10) + roundToEven((size / 2 ** fixed - 1) * 1024));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
