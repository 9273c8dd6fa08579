import { mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import { embeddingAnimation } from '../../integrations/embedding-animation/index.ts';
import type { ErrorName } from '../../integrations/embedding-animation/errors.ts';
import { catchError } from '../helpers/catch-error.ts';
import { makeRun } from '../helpers/make-run.ts';
import { openProject as openAnyProject } from '../helpers/project.ts';
import { buildSite, hashFiles, makeSite } from '../helpers/make-site.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

/** A way to spoil a run, and the error that must come of it. */
interface Case {
  readonly title: string;
  readonly name: ErrorName;
  /** Parts of the message, which says where and what. */
  readonly says: readonly string[];
  spoil(run: string): Promise<unknown>;
}

const weights = (run: string) => join(run, 'checkpoint-2/model.safetensors');

async function editJson(file: string, edit: (value: Record<string, unknown>) => object): Promise<void> {
  await writeFile(
    file,
    JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)),
  );
}

async function overwrite(file: string, at: number, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, at);
  await handle.close();
}

function littleEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** Gives all tensors another name by changing letters in place, so that offsets stay right. */
async function renameTensor(file: string, from: string, to: string): Promise<void> {
  const bytes = await readFile(file);
  const at = bytes.indexOf(from);
  bytes.write(to, at);
  await writeFile(file, bytes);
}

async function fillWeightsWithNan(file: string): Promise<void> {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  for (let at = start; at + 4 <= bytes.length; at += 4) bytes.writeFloatLE(NaN, at);
  await writeFile(file, bytes);
}

const CASES: readonly Case[] = [
  {
    title: 'a run without checkpoints',
    name: 'NoCheckpoints',
    says: ['run "tiny"'],
    spoil: async (run) => {
      for (const step of [0, 2, 10]) await rm(join(run, `checkpoint-${step}`), { recursive: true });
    },
  },
  {
    title: 'truncated weights',
    name: 'SafetensorsInvalid',
    says: ['run "tiny"', 'step 2', 'model.safetensors'],
    spoil: async (run) => truncate(weights(run), (await readFile(weights(run))).length - 100),
  },
  {
    title: 'weights that are shorter than a header length',
    name: 'SafetensorsInvalid',
    says: ['run "tiny"', 'step 2', 'model.safetensors'],
    spoil: (run) => truncate(weights(run), 5),
  },
  {
    title: 'an oversized header',
    name: 'SafetensorsInvalid',
    says: ['step 2', 'model.safetensors'],
    spoil: (run) => overwrite(weights(run), 0, littleEndian(1n << 60n)),
  },
  {
    title: 'a header whose offsets lie',
    name: 'SafetensorsInvalid',
    says: ['step 2', 'model.safetensors'],
    spoil: async (run) => {
      const text = (await readFile(weights(run))).toString('latin1');
      await writeFile(weights(run), text.replace(/"data_offsets":\[0,/, '"data_offsets":[9,'), 'latin1');
    },
  },
  {
    title: 'a missing tensor',
    name: 'TensorMissing',
    says: ['step 2', 'layernorm.weight'],
    spoil: (run) => renameTensor(weights(run), 'vit.layernorm.weight', 'vit.layernorx.weight'),
  },
  {
    title: 'shapes that differ from config.json',
    name: 'TensorShapeMismatch',
    says: ['run "tiny"', 'step 2'],
    spoil: (run) =>
      editJson(join(run, 'checkpoint-2/config.json'), (config) => ({ ...config, intermediate_size: 24 })),
  },
  {
    title: 'an architecture that can not be built',
    name: 'ArchitectureUnsupported',
    says: ['run "tiny"', 'convnext'],
    spoil: async (run) => {
      for (const step of [0, 2, 10]) {
        await editJson(join(run, `checkpoint-${step}/config.json`), (config) => ({
          ...config,
          model_type: 'convnext',
        }));
      }
    },
  },
  {
    title: 'embeddings that are not finite',
    name: 'EmbeddingsNotFinite',
    says: ['run "tiny"', 'step 2'],
    spoil: (run) => fillWeightsWithNan(weights(run)),
  },
  {
    title: 'fewer than three images',
    name: 'TooFewImages',
    says: ['run "tiny"'],
    spoil: async (run) => {
      for (const file of [1, 2, 3, 4, 5]) await rm(join(run, `images/cats/${file}.png`));
      await rm(join(run, 'images/dogs'), { recursive: true });
    },
  },
  {
    title: 'k that reaches the number of images',
    name: 'TooManyNeighbours',
    says: ['run "tiny"', 'k is 12', '12 images'],
    spoil: (run) =>
      writeFile(join(run, 'run.yaml'), 'title: Tiny\nk: 12\ndataset: { type: image-folder, path: images }\n'),
  },
  {
    title: 'an image that can not be decoded',
    name: 'ImageUnreadable',
    says: ['run "tiny"', 'dogs/3.png'],
    spoil: (run) => writeFile(join(run, 'images/dogs/3.png'), 'not a picture'),
  },
  {
    title: 'labels that the model does not know',
    name: 'LabelsMismatch',
    says: ['run "tiny"', 'wolves'],
    spoil: (run) => rename(join(run, 'images/dogs'), join(run, 'images/wolves')),
  },
  {
    title: 'a log.csv that has not been fetched',
    name: 'LossLogInvalid',
    says: ['run "tiny"', 'log.csv', 'Git LFS'],
    spoil: async (run) => {
      await rm(join(run, 'trainer_state.json'));
      await writeFile(join(run, 'log.csv'), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    },
  },
  {
    title: 'checkpoints of two trainings',
    name: 'TrainingsMixed',
    says: ['run "tiny"', 'checkpoint-2', 'checkpoint-10', 'At step 1 "loss" is 3', 'and 2'],
    spoil: async (run) => {
      for (const [step, loss] of [
        [2, 3],
        [10, 2],
      ] as const) {
        const state = { log_history: [{ step: 1, epoch: 0.2, loss }] };
        await writeFile(join(run, `checkpoint-${step}/trainer_state.json`), JSON.stringify(state));
      }
    },
  },
  {
    title: 'a malformed run.yaml',
    name: 'RunFileInvalid',
    says: ['run "tiny"', 'run.yaml'],
    spoil: (run) => writeFile(join(run, 'run.yaml'), 'title: "open\n'),
  },
  {
    title: 'an unknown key in run.yaml',
    name: 'RunFileInvalid',
    says: ['run "tiny"', 'run.yaml', 'colour'],
    spoil: (run) =>
      writeFile(
        join(run, 'run.yaml'),
        'title: T\ncolour: red\ndataset: { type: image-folder, path: images }\n',
      ),
  },
];

async function openProject(): Promise<{ root: string; run: string; engine: Engine }> {
  const root = await makeTemporaryFolder();
  const run = join(root, 'content/runs/tiny');
  await makeRun(run);
  const silent = { info: () => undefined, warn: () => undefined };
  const engine = createEngine({
    options: optionsSchema.parse({ threads: 1 }),
    projectRoot: root,
    runsFolder: join(root, 'content/runs'),
    cacheFolder: join(root, 'cache'),
    base: '/',
    logger: silent,
  });
  return { root, run, engine };
}

describe('bad input', () => {
  it.each(CASES)(
    '$title gives an error that says where and what, and nothing half-written',
    async (spoiled) => {
      const { root, run, engine } = await openProject();
      await spoiled.spoil(run);
      const error = await catchError(spoiled.name, () => engine.renderAll());
      for (const part of spoiled.says) expect(error.message).toContain(part);
      expect(Object.keys(await hashFiles(join(root, 'cache/embedding-animation/rendered')))).toEqual([]);
    },
  );

  it('an unknown option is named before anything else happens', async () => {
    const wrong = { palete: [] };
    const error = await catchError('OptionsInvalid', () => embeddingAnimation(wrong as object));
    expect(error.message).toContain('palete');
  });

  it('a runs folder that is not there is no failure, but a word about where runs go', async () => {
    const root = await makeTemporaryFolder();
    const { engine, warnings } = openAnyProject(root);
    await engine.renderAll();
    expect(await engine.summaries()).toEqual([]);
    expect(warnings.join('\n')).toContain('There are no runs yet in content/runs/');
    expect(warnings).toHaveLength(1);
  });

  it('ends astro build with a non-zero exit, the message and the hint, and no page', async () => {
    const site = await makeSite();
    await makeRun(join(site, 'content/runs/tiny'));
    await mkdir(join(site, 'dist'));
    await truncate(join(site, 'content/runs/tiny/checkpoint-2/model.safetensors'), 40);
    const { exitCode, output } = await buildSite(site);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('run "tiny", step 2');
    expect(output).toContain('model.safetensors');
    expect(output.toLowerCase()).toContain('hint');
    expect(Object.keys(await hashFiles(join(site, 'dist')))).toEqual([]);
  });

  it('a page that names an unknown run fails the build and lists the known ones', async () => {
    const site = await makeSite('unknown');
    await makeRun(join(site, 'content/runs/tiny'));
    const { exitCode, output } = await buildSite(site);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('run "unknown"');
    expect(output).toContain('"tiny"');
  });
});
