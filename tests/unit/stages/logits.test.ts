import { appendFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Logits } from '../../../integrations/embedding-animation/contracts.ts';
import {
  encodeSafetensors,
  readTensorTable,
  writeEmbeddings,
} from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { embedCheckpoints } from '../../../integrations/embedding-animation/stages/embed.ts';
import { findLogits } from '../../../integrations/embedding-animation/stages/find-logits.ts';
import { makeLogits, storeLogits } from '../../../integrations/embedding-animation/stages/logits.ts';
import { changeJson, goldenPath, renameTensors } from '../../helpers/embedding.ts';
import { openContext, openCountedRun } from '../../helpers/embed-run.ts';
import { makeRun, type RunFixture } from '../../helpers/make-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const IMAGES = 12;
const WIDTH = 16;
const CLASSES = 2;

const saying = (text: string): string => expect.stringContaining(text) as string; // an asymmetric matcher
const exportFolder = fileURLToPath(new URL('../../golden/onnx-exports/with-logits', import.meta.url));

async function makeTemporaryRun(fixture?: RunFixture, extraYaml = ''): Promise<string> {
  const folder = join(await makeTemporaryFolder(), 'tiny');
  await makeRun(folder, fixture);
  await appendFile(join(folder, 'run.yaml'), extraYaml);
  return folder;
}

interface LogitsOfRun {
  readonly logits: readonly Logits[];
  readonly columns: unknown;
  readonly decoded: number;
  readonly lines: readonly string[];
}

/** Finds and makes the logits of a run as a build does, with `folder`'s cache. */
async function logitsOfRun(folder: string, threads = 2): Promise<LogitsOfRun> {
  const context = { ...openContext(`${folder}-cache`), threads };
  const { source, decoded } = await openCountedRun(folder);
  const found = await findLogits(source);
  if (!found.available) throw new Error(found.reason);
  const logits: Logits[] = [];
  for (const { load } of await makeLogits(source, found.origins, context)) logits.push(await load());
  return { logits, columns: found.columns, decoded: decoded(), lines: context.lines };
}

async function reasonOf(folder: string): Promise<string> {
  const { source } = await openCountedRun(folder);
  const found = await findLogits(source);
  return found.available ? 'none' : found.reason;
}

/** Embeds a run and nothing else. */
async function embedRun(folder: string) {
  const context = openContext(`${folder}-cache`);
  const { source } = await openCountedRun(folder);
  const embedded = await embedCheckpoints(source, context);
  return Promise.all(embedded.map(({ load }) => load()));
}

/** The head of a tiny run's checkpoint, read by hand. */
async function readTinyHead(folder: string, step: number) {
  const checkpoint = join(folder, `checkpoint-${step}`);
  const table = await readTensorTable(checkpoint, {});
  const bytes = await readFile(join(checkpoint, 'model.safetensors'));
  const read = (name: string): Float32Array => {
    const { offset, length } = table.get(name)!;
    return new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer);
  };
  return { weight: read('classifier.weight'), bias: read('classifier.bias') };
}

const entriesOf = async (folder: string, kind: string): Promise<string[]> =>
  readdir(join(`${folder}-cache`, 'cache', kind)).catch(() => []);

describe('logits of a run', () => {
  it('are the product of its embeddings and the head of each checkpoint', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    const embeddings = await embedRun(folder);
    const { logits, columns } = await logitsOfRun(folder);
    expect(columns).toEqual([
      { name: 'cats', label: 0 },
      { name: 'dogs', label: 1 },
    ]);
    for (const [frame, step] of [0, 2].entries()) {
      const { weight, bias } = await readTinyHead(folder, step);
      const { rows, cols, data } = logits[frame]!;
      expect([rows, cols]).toEqual([IMAGES, CLASSES]);
      for (let image = 0; image < IMAGES; image++)
        for (let k = 0; k < CLASSES; k++) {
          const row = embeddings[frame]!.data.subarray(image * WIDTH, (image + 1) * WIDTH);
          const sum = row.reduce((total, x, i) => total + x * weight[k * WIDTH + i]!, 0);
          expect(data[image * CLASSES + k]).toBeCloseTo(sum + bias[k]!, 5);
        }
    }
  });

  it('embed nothing again in a finished run, and are made once', async () => {
    const folder = await makeTemporaryRun();
    await embedRun(folder);
    const before = await entriesOf(folder, 'embeddings');
    const first = await logitsOfRun(folder);
    expect(first.decoded).toBe(0);
    expect(await entriesOf(folder, 'embeddings')).toEqual(before);
    expect(first.lines).toEqual(['tiny: computed logits of 3 checkpoints, 0 from the cache (0.0 s)']);
    const again = await logitsOfRun(folder);
    expect(again.logits).toEqual(first.logits);
    expect(again.lines).toEqual(['tiny: computed logits of 0 checkpoints, 3 from the cache (0.0 s)']);
  });

  it('are the same bits for any number of threads', async () => {
    const one = await makeTemporaryRun({ steps: [2] });
    const three = await makeTemporaryRun({ steps: [2] });
    expect((await logitsOfRun(one, 1)).logits).toEqual((await logitsOfRun(three, 3)).logits);
  });

  it('are those of the head where embeddings are pooled otherwise', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    const usual = await logitsOfRun(folder);
    await appendFile(join(folder, 'run.yaml'), 'embedding:\n  pooling: mean\n');
    await rm(join(`${folder}-cache`), { recursive: true });
    await embedRun(folder);
    expect(await entriesOf(folder, 'embeddings')).toHaveLength(2);
    const other = await logitsOfRun(folder);
    expect(other.logits).toEqual(usual.logits);
    expect(other.lines.join()).toContain('embedded 12 images with 2 checkpoints as their heads read them');
    expect(await entriesOf(folder, 'embeddings')).toHaveLength(4);
  });

  it('are made again where an entry was damaged', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    const { logits } = await logitsOfRun(folder);
    const [entry = ''] = await entriesOf(folder, 'logits');
    const path = join(`${folder}-cache`, 'cache', 'logits', entry);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 255;
    await writeFile(path, bytes);
    expect((await logitsOfRun(folder)).logits).toEqual(logits);
  });

  it('name the image whose logits are no numbers', async () => {
    const folder = await makeTemporaryRun({ steps: [4] });
    const checkpoint = join(folder, 'checkpoint-4');
    const path = join(checkpoint, 'model.safetensors');
    const { offset } = (await readTensorTable(checkpoint, {})).get('classifier.bias')!;
    const bytes = await readFile(path);
    bytes.writeFloatLE(NaN, offset);
    await writeFile(path, bytes);
    await expect(logitsOfRun(folder)).rejects.toMatchObject({
      name: 'EmbeddingsNotFinite',
      message: saying('run "tiny", step 4: the logits of image 0, "cats/0.png", have NaN in them'),
    });
    expect(await embedRun(folder)).toHaveLength(1);
  });

  it('differ between the adapters of a run, whose base is its first frame', async () => {
    const names = ['base-vit', 'plain', 'rank-stabilised'];
    const folder = await makeTemporaryRun(
      { steps: [1] },
      '  labels: own\nembedding:\n  base: checkpoint-0\n',
    );
    await rm(join(folder, 'checkpoint-1'), { recursive: true });
    for (const [step, name] of names.entries())
      await cp(goldenPath(`adapters/${name}`), join(folder, `checkpoint-${step}`), { recursive: true });
    const id2label = { '0': 'dogs', '1': 'cats', '2': 'owls' };
    await changeJson(join(folder, 'checkpoint-0/config.json'), { id2label });
    const { logits, columns } = await logitsOfRun(folder);
    expect(columns).toEqual([
      { name: 'dogs', label: 1 },
      { name: 'cats', label: 0 },
      { name: 'owls', label: undefined },
    ]);
    expect(new Set(logits.map(({ data }) => data.join()))).toHaveProperty('size', 3);
  });
});

describe('a run without logits', () => {
  it('says which checkpoint has no head, and embeds', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 2] });
    await renameTensors(join(folder, 'checkpoint-2', 'model.safetensors'), (name) =>
      name === 'classifier.weight' ? 'fc.weight' : name,
    );
    expect(await reasonOf(folder)).toBe('at step 2 its weights have no tensor classifier.weight');
    expect(await embedRun(folder)).toHaveLength(2);
  });

  it('says that its images have other classes', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, '  labels: own\n');
    await changeJson(join(folder, 'checkpoint-0/config.json'), { id2label: { '0': 'cats', '1': 'owls' } });
    expect(await reasonOf(folder)).toContain('the model does not know the class "dogs"');
  });

  it('says that heads are of different classes', async () => {
    const folder = await makeTemporaryRun({ steps: [4] });
    await makeRun(folder, { steps: [0], classNames: ['cats', 'dogs', 'owls'] });
    await rm(join(folder, 'images/owls'), { recursive: true });
    expect(await reasonOf(folder)).toBe('the logits are of 3 classes at step 0, and of 2 at step 4');
  });

  it('says that config.json has the classes in another order', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 4] });
    await changeJson(join(folder, 'checkpoint-0/config.json'), { id2label: { '0': 'dogs', '1': 'cats' } });
    expect(await reasonOf(folder)).toContain('other classes at step 0 than at step 4');
  });
});

describe('logits of an ONNX export', () => {
  async function makeExportRun(): Promise<string> {
    const folder = await makeTemporaryRun({ steps: [0] });
    await rm(join(folder, 'checkpoint-0'), { recursive: true });
    await cp(exportFolder, join(folder, 'checkpoint-0'), { recursive: true });
    return folder;
  }

  it('come from the run of the model that embeds', async () => {
    const folder = await makeExportRun();
    await embedRun(folder);
    const { logits, columns, lines } = await logitsOfRun(folder);
    expect(logits).toMatchObject([{ rows: IMAGES, cols: 3 }]);
    expect(columns).toHaveLength(3);
    expect(lines).toEqual(['tiny: computed logits of 0 checkpoints, 1 from the cache (0.0 s)']);
  });

  it('are made by another run of the model where embeddings alone are there', async () => {
    const folder = await makeExportRun();
    const { logits } = await logitsOfRun(folder);
    await rm(join(`${folder}-cache`, 'cache', 'logits'), { recursive: true });
    expect((await logitsOfRun(folder)).logits).toEqual(logits);
  });

  it('are missing where it has no such output', async () => {
    const folder = await makeExportRun();
    const other = fileURLToPath(new URL('../../golden/onnx-exports/vit', import.meta.url));
    await cp(other, join(folder, 'checkpoint-0'), { recursive: true });
    expect(await reasonOf(folder)).toContain(
      'no output "logits" (outputs: last_hidden_state, pooler_output)',
    );
  });
});

/** Logits that differ from row to row. */
function makeMatrix(rows = IMAGES, cols = CLASSES): Logits {
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, (_, i) => Math.fround(Math.sin(i))) };
}

/** A file as numpy.save writes it. */
function encodeNpy({ rows, cols, data }: Logits): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`.padEnd(117);
  const head = Buffer.from(`\u0093NUMPY\u0001\0${String.fromCharCode(118)}\0${text}\n`, 'latin1');
  return Buffer.concat([head, new Uint8Array(data.buffer)]);
}

describe('logits beside ready embeddings', () => {
  async function makeReadyRun(write: (checkpoint: string) => Promise<void>, yaml = ''): Promise<string> {
    const folder = await makeTemporaryRun({ steps: [0] }, yaml);
    const checkpoint = join(folder, 'checkpoint-0');
    await rm(checkpoint, { recursive: true });
    await mkdir(checkpoint);
    await writeEmbeddings(join(checkpoint, 'embedding.safetensors'), makeMatrix(IMAGES, WIDTH));
    await write(checkpoint);
    return folder;
  }
  const asTensors =
    (matrix: Logits, name = 'logits') =>
    (checkpoint: string) =>
      writeEmbeddings(join(checkpoint, 'logits.safetensors'), matrix, undefined, name);
  const asNpy = (matrix: Logits) => (checkpoint: string) =>
    writeFile(join(checkpoint, 'logits.npy'), encodeNpy(matrix));

  it.each([
    ['logits.safetensors', asTensors(makeMatrix())],
    ['the only matrix of logits.safetensors', asTensors(makeMatrix(), 'output')],
    ['logits.npy', asNpy(makeMatrix())],
  ])('are read where they lie, in the order of the set: %s', async (_, write) => {
    const folder = await makeReadyRun(write);
    const { logits, columns, lines } = await logitsOfRun(folder);
    expect(logits).toEqual([makeMatrix()]);
    expect(columns).toEqual([
      { name: 'cats', label: 0 },
      { name: 'dogs', label: 1 },
    ]);
    expect(lines.join()).toContain('1 with ready logits');
    expect(await entriesOf(folder, 'logits')).toEqual([]);
  });

  it('change their key and not that of the embeddings when they change', async () => {
    const folder = await makeReadyRun(asNpy(makeMatrix()));
    const keys = async () => {
      const { source } = await openCountedRun(folder);
      const found = await findLogits(source);
      const [checkpoint] = source.trainer.checkpoints;
      return [found.available && 'key' in found.origins[0]! && found.origins[0].key, checkpoint?.digest];
    };
    const [key, digest] = await keys();
    const other = makeMatrix();
    other.data[0] = 9;
    await writeFile(join(folder, 'checkpoint-0/logits.npy'), encodeNpy(other));
    const [otherKey, sameDigest] = await keys();
    expect(otherKey).not.toBe(key);
    expect(sameDigest).toBe(digest);
  });

  it('leave out the rows of images that are left out', async () => {
    const folder = await makeReadyRun(asNpy(makeMatrix()), '  onUnreadable: skip\n');
    await writeFile(join(folder, 'images/cats/2.png'), 'nothing');
    const expected = [...makeMatrix().data];
    expected.splice(2 * CLASSES, CLASSES);
    expect([...(await logitsOfRun(folder)).logits[0]!.data]).toEqual(expected);
  });

  it.each([
    [
      'another number of images',
      makeMatrix(5),
      'holds the logits of 5 images, and the evaluation set has 12',
    ],
    ['another number of classes', makeMatrix(IMAGES, 4), 'the logits are of 4 classes'],
  ])('say that they are of %s', async (_, matrix, said) => {
    const folder = await makeReadyRun(asNpy(matrix));
    await expect(logitsOfRun(folder)).rejects.toThrow(said);
    expect(await embedRun(folder)).toHaveLength(1);
  });

  it('name the image whose logits are no numbers, and the file', async () => {
    const matrix = makeMatrix();
    matrix.data[15] = Infinity;
    const folder = await makeReadyRun(asTensors(matrix));
    await expect(logitsOfRun(folder)).rejects.toMatchObject({
      name: 'EmbeddingsNotFinite',
      message: saying(
        'step 0, logits.safetensors: the logits of image 7, "dogs/1.png", have Infinity in them',
      ),
    });
  });

  it('must be one matrix', async () => {
    const data = new Float32Array(4);
    const tensors = ['a', 'b'].map((name) => ({ name, dtype: 'F32' as const, shape: [2, 2], data }));
    const folder = await makeReadyRun((checkpoint) =>
      writeFile(join(checkpoint, 'logits.safetensors'), encodeSafetensors(tensors)),
    );
    await expect(logitsOfRun(folder)).rejects.toMatchObject({
      name: 'EmbeddingsInvalid',
      message: saying('has no tensor "logits", and not exactly one matrix; its tensors: a, b'),
    });
  });

  it('may be missing, which is said', async () => {
    const folder = await makeReadyRun(() => Promise.resolve());
    expect(await reasonOf(folder)).toContain('without logits.safetensors or logits.npy');
  });

  it('are not read beside weights, which have logits of their own', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    const own = await logitsOfRun(folder);
    await asNpy(makeMatrix())(join(folder, 'checkpoint-0'));
    expect((await logitsOfRun(folder)).logits).toEqual(own.logits);
  });
});

describe('storeLogits', () => {
  const store = async (folder: string) => {
    const { source } = await openCountedRun(folder);
    await storeLogits(source, openContext(`${folder}-cache`));
  };
  const stored = (folder: string) => join(folder, 'checkpoint-0', 'logits.safetensors');

  it('writes logits beside each checkpoint once, which stand in for those of its weights', async () => {
    const folder = await makeTemporaryRun({ steps: [0] }, 'storeEmbeddings: true\n');
    const { logits } = await logitsOfRun(folder);
    await embedRun(folder);
    await store(folder);
    const { mtimeMs } = await stat(stored(folder));
    await store(folder);
    expect((await stat(stored(folder))).mtimeMs).toBe(mtimeMs);
    await rm(join(folder, 'checkpoint-0', 'model.safetensors'));
    expect((await logitsOfRun(folder)).logits).toEqual(logits);
  });

  it('writes nothing without the option, or without a head', async () => {
    const folder = await makeTemporaryRun({ steps: [0] });
    await store(folder);
    await appendFile(join(folder, 'run.yaml'), 'storeEmbeddings: true\n');
    await changeJson(join(folder, 'checkpoint-0/config.json'), { architectures: ['ViTModel'] });
    await store(folder);
    await expect(stat(stored(folder))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
