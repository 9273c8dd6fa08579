/** Damaged JSON that is JSON still. */
import type { Random } from './random.ts';

const LONG_TEXT = 'x'.repeat(5000);
const VALUES: readonly (() => unknown)[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, -0, '', 'x', LONG_TEXT, '\ud800', '__proto__'],
  ...[[], {}, [[]], [null], [{}], { a: { a: {} } }],
].map((value) => () => value);
/** Written where the number belongs: `JSON.stringify` has no words for them. */
const RAW = ['1e999', '-1e999', 'NaN', 'Infinity', '-Infinity', '1E400', '123456789012345678901234567890'];
const MARK = '\u0001raw';
const DEEP_LEVELS = 3000;

/** Changes one to four values of a JSON text; the text itself where it is none. */
export function mutateJson(bytes: Uint8Array, words: readonly string[], random: Random): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return bytes;
  }
  const times = 1 + random.below(4);
  const root: { value: unknown } = { value };
  for (let i = 0; i < times; i++) changeOne(root, words, random);
  const text = JSON.stringify(root.value);
  return Buffer.from(text.replaceAll(JSON.stringify(MARK), () => random.pick(RAW)));
}

/** Walks to a random value and changes it, or the object or list that it lies in. */
function changeOne(root: { value: unknown }, words: readonly string[], random: Random): void {
  let parent: Record<string, unknown> | unknown[] = root;
  let key: string | number = 'value';
  for (let depth = 0; depth < 12; depth++) {
    const child: unknown = Reflect.get(parent, key);
    if (typeof child !== 'object' || child === null || random.chance(0.15)) break;
    const keys = Array.isArray(child) ? Array.from(child, (_, index) => index) : Object.keys(child);
    if (keys.length === 0) break;
    parent = child as typeof parent;
    key = random.pick<string | number>(keys);
  }
  const old: unknown = Reflect.get(parent, key);
  const change = random.below(10);
  if (change === 0 && parent !== root) Reflect.deleteProperty(parent, key);
  else if (change === 1) Reflect.set(parent, key, [old]);
  else if (change === 2) Reflect.set(parent, key, MARK);
  else if (change === 3 && words.length > 0) Reflect.set(parent, key, random.pick(words));
  else if (change === 4 && words.length > 0) Reflect.set(parent, random.pick(words), old);
  else if (change === 5 && Array.isArray(old)) old.push(...(old.slice(0, 100) as unknown[]));
  else if (change === 6 && Array.isArray(old)) old.splice(random.below(old.length), 1 + random.below(3));
  else if (change === 7 && typeof old === 'number')
    Reflect.set(parent, key, old * random.pick([-1, 0, 2, 0.5, 1e9, 1e308]));
  else if (change === 8 && random.chance(0.1)) Reflect.set(parent, key, nest(DEEP_LEVELS));
  else Reflect.set(parent, key, structuredClone(random.pick(VALUES)()));
}

function nest(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}
