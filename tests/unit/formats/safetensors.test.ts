import { readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  encodeSafetensors,
  readSafetensorsHeader,
  readTensorTable,
  writeEmbeddings,
  writeSafetensors,
} from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { copyModel, goldenPath, makeFolder } from '../../helpers/embedding.ts';

const place = { run: 'emoji', step: 40, file: 'model.safetensors' };

/** A file with this header and as many bytes of data. */
function encode(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

async function read(bytes: Uint8Array): Promise<unknown> {
  const path = join(await makeFolder(), 'model.safetensors');
  await writeFile(path, bytes);
  return readSafetensorsHeader(path, place);
}

const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('readSafetensorsHeader', () => {
  it('finds every tensor of a file that transformers wrote, where its bytes are', async () => {
    const path = goldenPath('models/f32/model.safetensors');
    const table = await readSafetensorsHeader(path, place);
    const position = table.get('vit.embeddings.position_embeddings')!;
    expect(position).toMatchObject({ dtype: 'F32', shape: [1, 17, 32], length: 17 * 32 * 4 });
    const bytes = await readFile(path);
    const last = [...table.values()].at(-1)!;
    expect(last.offset + last.length).toBe(bytes.length);
  });

  it('takes an empty tensor and a scalar', async () => {
    const table = await read(encode({ none: tensor(0, 0, [0, 7]), one: tensor(0, 4, []) }, 4));
    expect(table).toHaveLength(2);
  });

  it('takes a name that objects have by nature for a name', async () => {
    const table = await read(encode(`{"__proto__": ${JSON.stringify(tensor(0, 4))}}`, 4));
    expect(table).toEqual(new Map([['__proto__', expect.objectContaining({ length: 4 })]]));
  });

  it.each([
    ['shorter than 8 bytes', Buffer.alloc(7), 'is cut off: it has 7 bytes'],
    ['with a header beyond its end', encode({}, 0).subarray(0, 9), 'has only 9'],
    [
      'with a header above 100 MB',
      Buffer.concat([Buffer.alloc(7, 1), Buffer.alloc(100)]),
      '100 MB is the limit',
    ],
    ['with a header of 2⁶⁴ bytes', Buffer.alloc(16, 255), '100 MB is the limit'],
    ['whose header is no JSON', encode('{"a": ', 0), 'not JSON'],
    ['whose header is a list', encode([], 0), 'not a JSON object'],
    ['whose header is null', encode('null', 0), 'not a JSON object'],
    ['whose entry is a number', encode({ a: 4 }, 0), 'describes a wrongly'],
    ['with an unknown type', encode({ a: tensor(0, 4, [1], 'F31') }, 4), 'dtype: is not a known type'],
    [
      'with a type named like a method',
      encode({ a: tensor(0, 4, [1], 'toString') }, 4),
      'dtype: is not a known type',
    ],
    ['without a type', encode({ a: { shape: [1], data_offsets: [0, 4] } }, 4), 'dtype'],
    ['with a shape below 0', encode({ a: tensor(0, 4, [-1]) }, 4), 'shape.0'],
    ['with a shape of fractions', encode({ a: tensor(0, 6, [1.5]) }, 6), 'shape.0'],
    ['with an offset below 0', encode({ a: tensor(-4, 0, [1]) }, 4), 'data_offsets.0'],
    ['with an offset of fractions', encode({ a: tensor(0.5, 4.5, [1]) }, 5), 'data_offsets.0'],
    ['with one offset', encode({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), 'data_offsets'],
    ['with offsets in reverse', encode({ a: tensor(4, 0, [1]) }, 4), 'gives a -4 bytes'],
    ['whose bytes do not fit the shape', encode({ a: tensor(0, 8, [3]) }, 8), 'F32 [3] takes 12'],
    [
      'whose shape has more numbers than can be',
      encode({ a: tensor(0, 4, [2 ** 40, 2 ** 40]) }, 4),
      'gives a 4 bytes',
    ],
    ['with tensors over each other', encode({ a: tensor(0, 8), b: tensor(4, 12) }, 12), 'puts b over'],
    ['with a gap', encode({ a: tensor(0, 4), b: tensor(8, 12) }, 12), 'leaves 4 bytes before b'],
    ['whose data is cut off', encode({ a: tensor(0, 40) }, 39), 'is cut off'],
    ['with bytes that nothing describes', encode({ a: tensor(0, 4) }, 9), '5 bytes that its header'],
    [
      'that has one name twice',
      encode(`{"a": ${JSON.stringify(tensor(0, 4))}, "a": ${JSON.stringify(tensor(4, 8))}}`, 8),
      '4 bytes before a',
    ],
  ])('refuses a file %s', async (_, bytes, problem) => {
    await expect(read(bytes)).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
      problem: expect.stringContaining(problem) as string,
      place,
    });
  });

  it('refuses a folder in place of a file', async () => {
    await expect(readSafetensorsHeader(await makeFolder(), place)).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
    });
  });
});

describe('readTensorTable', () => {
  it('joins the shards of a model and says which file each tensor is in', async () => {
    const whole = await readTensorTable(goldenPath('models/f32'), {});
    const sharded = await readTensorTable(goldenPath('models/sharded'), {});
    expect([...sharded.keys()].sort()).toEqual([...whole.keys()].sort());
    const shards = (await readdir(goldenPath('models/sharded'))).filter((name) =>
      name.endsWith('.safetensors'),
    );
    expect(new Set([...sharded.values()].map(({ file }) => file))).toEqual(new Set(shards));
  });

  it('says that the weights are missing', async () => {
    await expect(readTensorTable(await makeFolder(), { run: 'emoji', step: 40 })).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
      place,
    });
  });

  it('takes the whole file where an index lies beside it, as transformers does', async () => {
    const folder = await copyModel('f32');
    await writeFile(
      join(folder, 'model.safetensors.index.json'),
      '{"weight_map": {"a": "other.safetensors"}}',
    );
    expect(await readTensorTable(folder, {})).toEqual(await readTensorTable(goldenPath('models/f32'), {}));
  });

  it('says how to fetch weights of which only the Git LFS pointer is there', async () => {
    const folder = await copyModel('f32');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 343000000\n`;
    await writeFile(join(folder, 'model.safetensors'), pointer);
    await expect(readTensorTable(folder, { run: 'emoji', step: 40 })).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
      hint: expect.stringContaining('git lfs pull') as string,
      place,
    });
  });

  it('names the shard that is cut off', async () => {
    const folder = await copyModel('sharded');
    await truncate(join(folder, 'model-00002-of-00004.safetensors'), 9000);
    await expect(readTensorTable(folder, {})).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
      place: { file: 'model-00002-of-00004.safetensors' },
    });
  });

  it.each([
    [
      'leaves the folder',
      { weight_map: { a: '../model.safetensors' } },
      'not a safetensors file of the same folder',
    ],
    [
      'names another kind of file',
      { weight_map: { a: 'config.json' } },
      'not a safetensors file of the same folder',
    ],
    ['has no map', { metadata: {} }, 'no "weight_map"'],
    [
      'promises a tensor that is not there',
      { weight_map: { a: 'model-00001-of-00004.safetensors' } },
      'where it is not',
    ],
    ['names a file that is not there', { weight_map: { a: 'other.safetensors' } }, 'can not be read'],
  ])('refuses an index that %s', async (_, index, problem) => {
    const folder = await copyModel('sharded');
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    await expect(readTensorTable(folder, {})).rejects.toMatchObject({
      name: 'SafetensorsInvalid',
      problem: expect.stringContaining(problem) as string,
    });
  });
});

describe('writeSafetensors', () => {
  it('writes what is read back, and nothing else into the folder', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'model.safetensors');
    const data = Float32Array.of(1, -2, 3.5, 0, 1e-30, 7);
    await writeSafetensors(path, [
      { name: 'half', dtype: 'F16', shape: [3], data: Float32Array.of(1, 2, 3) },
      { name: 'full', dtype: 'F32', shape: [2, 3], data },
    ]);
    const table = await readTensorTable(folder, {});
    const full = table.get('full')!;
    const bytes = await readFile(path);
    const stored = bytes.subarray(full.offset, full.offset + full.length);
    expect(new Float32Array(new Uint8Array(stored).buffer)).toEqual(data);
    expect(table.get('half')).toMatchObject({ dtype: 'F16', shape: [3], length: 6 });
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  it('refuses a shape that does not fit its data', () => {
    const wrong = { name: 'a', dtype: 'F32', shape: [2], data: new Float32Array(3) } as const;
    expect(() => encodeSafetensors([wrong])).toThrow(RangeError);
  });

  it('gives the same bytes whatever order the tensors come in', () => {
    const tensors = ['b', 'a', 'c'].map(
      (name) => ({ name, dtype: 'F32', shape: [1], data: Float32Array.of(1) }) as const,
    );
    expect(encodeSafetensors(tensors)).toEqual(encodeSafetensors(tensors.toReversed()));
  });

  it('stores embeddings as one matrix', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'embedding.safetensors');
    await writeEmbeddings(path, { rows: 2, cols: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const table = await readSafetensorsHeader(path, {});
    expect([...table.values()]).toMatchObject([{ name: 'embedding', dtype: 'F32', shape: [2, 3] }]);
  });
});
