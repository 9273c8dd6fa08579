import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  GraphWriter,
  OnnxInvalid,
  readOnnxModel,
} from '../../../integrations/embedding-animation/formats/onnx/index.ts';
import {
  bytesField,
  integerField,
  messageField,
  textField,
  type Fields,
} from '../../../integrations/embedding-animation/formats/onnx/protobuf.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const golden = (name: string) => fileURLToPath(new URL(`../../golden/onnx-exports/${name}`, import.meta.url));

async function read(fields: Fields): Promise<Awaited<ReturnType<typeof readOnnxModel>>> {
  const path = join(await makeTemporaryFolder(), 'model.onnx');
  await writeFile(path, Buffer.concat(fields));
  return readOnnxModel(path);
}

/** TensorProto whose numbers lie in `location`. */
const external = (location: string): Fields => [
  integerField(1, 3),
  messageField(13, [textField(1, 'location'), textField(2, location)]),
  messageField(13, [textField(1, 'offset'), textField(2, '4096')]),
];
const graph = (fields: Fields): Fields => [messageField(7, fields)];
const node = (attribute: Fields): Fields => [textField(4, 'If'), messageField(5, attribute)];

describe('an ONNX model', () => {
  it.each([
    ['initializers', graph([messageField(5, external('a'))])],
    ['sparse initializers', graph([messageField(15, [messageField(1, external('a'))])])],
    ['indices of sparse initializers', graph([messageField(15, [messageField(2, external('a'))])])],
    ['attributes', graph([messageField(1, node([messageField(5, external('a'))]))])],
    ['lists of tensors in attributes', graph([messageField(1, node([messageField(10, external('a'))]))])],
    ['branches', graph([messageField(1, node([messageField(6, [messageField(5, external('a'))])]))])],
    [
      'lists of branches',
      graph([messageField(1, node([messageField(11, [messageField(5, external('a'))])]))]),
    ],
    [
      'functions',
      [...graph([]), messageField(25, [messageField(7, node([messageField(5, external('a'))]))])],
    ],
    ['training', [...graph([]), messageField(20, [messageField(1, [messageField(5, external('a'))])])]],
  ])('names the files of its external data, in %s too', async (_, fields) => {
    expect((await read(fields)).externalFiles).toEqual(['a']);
  });

  it('is read past weights that are larger than what is read at once', async () => {
    const large = [textField(8, 'w'), bytesField(9, Buffer.alloc(3 << 20, 255))];
    const fields = graph([
      messageField(5, large),
      messageField(5, external('b')),
      messageField(5, external('a')),
    ]);
    expect((await read(fields)).externalFiles).toEqual(['a', 'b']);
  });

  it('tells the shapes of its outputs, and which of their axes are not fixed', async () => {
    const { outputs } = await readOnnxModel(golden('resnet/onnx/model.onnx'));
    expect([...outputs]).toEqual([
      ['last_hidden_state', [undefined, 8, 2, 2]],
      ['pooler_output', [undefined, 8, 1, 1]],
    ]);
  });

  it('is what the writer writes, with axes whose sizes are left open', async () => {
    const writer = new GraphWriter('product');
    const a = writer.input('a', 'float64', ['rows', 3]);
    const b = writer.input('b', 'float64', [3, 4]);
    writer.output('y', writer.node('MatMul', [a, b]), ['rows', 4], 'float64');
    const { externalFiles, outputs } = await read([writer.toModel()]);
    expect(externalFiles).toEqual([]);
    expect([...outputs]).toEqual([['y', [undefined, 4]]]);
  });

  it.each([
    ['text', Buffer.from('version https://')],
    ['nothing', Buffer.alloc(0)],
    ['a message that is cut off', Buffer.from([0x3a, 0x7f, 1])],
    ['an endless number', Buffer.alloc(30, 255)],
    ['a length beyond all files', Buffer.from([0x3a, 255, 255, 255, 255, 255, 255, 255, 127, 1])],
  ])('is not %s', async (_, bytes) => {
    await expect(read([bytes])).rejects.toBeInstanceOf(OnnxInvalid);
  });

  it('may not lie deeper in itself than any real model', async () => {
    let fields: Fields = [];
    for (let i = 0; i < 400; i++) fields = [messageField(1, [messageField(5, [messageField(6, fields)])])];
    await expect(read(graph(fields))).rejects.toBeInstanceOf(OnnxInvalid);
  });
});
