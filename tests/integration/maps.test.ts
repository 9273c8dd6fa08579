/** Several maps of a run: what each costs, where its files are, and what happens where one can't be made. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  frameDataSchema,
  manifestSchema,
  type Manifest,
} from '../../integrations/embedding-animation/artifacts/manifest.ts';
import {
  compareResultSchema,
  inspectResultSchema,
  renderResultSchema,
} from '../../integrations/embedding-animation/cli/results.ts';
import { catchError } from '../helpers/catch-error.ts';
import { makeRun, type RunFixture } from '../helpers/make-run.ts';
import { hashFiles } from '../helpers/make-site.ts';
import { makeProject, openProject } from '../helpers/project.ts';
import { runCommand } from '../helpers/run-command.ts';
import { countMade } from '../helpers/stored-results.ts';

const RUN = 'content/runs/tiny';
const CACHE = ['--cache', 'cache'];
const CLASSES = ['cats', 'dogs', 'birds'];
const ALL = 'maps: [per-checkpoint, pooled, last, classes]\n';
/** A project of three classes, so that a class map has a shape, with enough images for figures of neighbours. */
const FIXTURE: RunFixture = { classNames: CLASSES, imagesPerClass: 8 };

/** Small pictures of one look: what is drawn is not what these tests are about. */
const RUN_FILE = `title: A tiny run
dataset: { type: image-folder, path: images }
animation: { theme: light, portrait: false, width: 480, height: 480 }
`;

/** A project whose run.yaml says this besides. */
async function makeMapped(maps = '', fixture: RunFixture = FIXTURE): Promise<string> {
  const root = await makeProject(fixture);
  await say(root, maps);
  return root;
}

/** Lets run.yaml say this besides, and nothing else that it said before. */
function say(root: string, maps: string): Promise<void> {
  return writeFile(join(root, RUN, 'run.yaml'), `${RUN_FILE}${maps}`);
}

/** Renders the project and gives the folder of the run's files, and what was said. */
async function render(root: string, options: object = {}) {
  const { engine, warnings } = openProject(root, options);
  await engine.renderAll();
  const { folder } = (await engine.published()).get('tiny')!;
  return { folder, warnings, engine };
}

async function readManifest(path: string): Promise<Manifest> {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  return manifestSchema.parse(json);
}

describe('a finished run that gets another map', () => {
  it('embeds nothing, scores no outliers and searches no neighbours again', async () => {
    const root = await makeMapped();
    await render(root);
    await say(root, 'maps: [per-checkpoint, pooled]\n');
    const made = await countMade(root, () => render(root).then(() => undefined));
    for (const kind of ['embeddings', 'outlier-scores', 'neighbours', 'displacements', 'pixels'])
      expect(made).not.toHaveProperty(kind);
    expect(made).toMatchObject({ scatters: 3, axes: 1, maps: 3, 'map-quality': 3 });
    expect(made['frames']).toBeGreaterThan(0);
  });

  it('computes logits from the embeddings that are there where it is a map of classes', async () => {
    const root = await makeMapped();
    await render(root);
    await say(root, 'maps: [per-checkpoint, classes]\n');
    const made = await countMade(root, () => render(root).then(() => undefined));
    expect(made).toMatchObject({ logits: 3, maps: 3, 'map-quality': 3 });
    expect(made).not.toHaveProperty('embeddings');
    expect(made).not.toHaveProperty('outlier-scores');
  });

  it('keeps every picture of the maps that it had', async () => {
    const root = await makeMapped();
    const before = await hashFiles((await render(root)).folder);
    await say(root, ALL);
    const after = await hashFiles((await render(root)).folder);
    const pictures = Object.keys(before).filter((name) => /\.(png|gif)$/.test(name));
    expect(pictures.length).toBeGreaterThan(3);
    for (const name of pictures) expect(after[name], name).toBe(before[name]);
  });

  it('makes nothing at all where only the order or a title of its maps changes', async () => {
    const root = await makeMapped('maps: [per-checkpoint, pooled]\n');
    await render(root);
    await say(root, 'maps: [{ projection: pooled, title: Held still }, per-checkpoint]\n');
    const made = await countMade(root, () => render(root).then(() => undefined));
    expect(Object.keys(made)).toEqual(['rendered']);
  });
});

describe('a new checkpoint of a run with pooled axes', () => {
  it('makes its own results, and what depends on the axes', async () => {
    const root = await makeMapped('maps: [per-checkpoint, pooled]\n');
    await render(root);
    await makeRun(join(root, RUN), { ...FIXTURE, steps: [0, 2, 10, 12] });
    await say(root, 'maps: [per-checkpoint, pooled]\n');
    const made = await countMade(root, () => render(root).then(() => undefined));
    expect(made).toMatchObject({
      ...{ embeddings: 1, 'outlier-scores': 1, neighbours: 1, displacements: 1, scatters: 1, axes: 1 },
      // Its own two, and those of the others on the new axes.
      ...{ maps: 5, 'map-quality': 5 },
    });
  });
});

describe('the files of a run with several maps', () => {
  it('are found again, and nothing is made', async () => {
    const root = await makeMapped(`${ALL}compareMaps: true\n`);
    await render(root);
    const made = await countMade(root, async () => {
      expect((await render(root)).warnings).toEqual([]);
    });
    expect(made).toEqual({});
  });

  it('are the same bytes for one thread and for two', async () => {
    const [one, two] = [await makeMapped(ALL), await makeMapped(ALL)];
    const hashes = await hashFiles((await render(one, { threads: 1 })).folder);
    expect(Object.keys(hashes).length).toBeGreaterThan(4 * 7);
    expect(await hashFiles((await render(two, { threads: 2 })).folder)).toEqual(hashes);
  });

  it('are those of the first map in the folder itself, and of each other map in maps/<name>', async () => {
    const root = await makeMapped('maps: [pooled, { name: petals, projection: classes }]\n');
    const { folder } = await render(root);
    const files = Object.keys(await hashFiles(folder));
    const ofMap = ['animation.gif', 'animation.json', 'frames/step-000010.png', 'frames/step-000010.json'];
    expect(files).toEqual(expect.arrayContaining(ofMap));
    expect(files).toEqual(expect.arrayContaining(ofMap.map((name) => `maps/petals/${name}`)));
    expect(await readdir(join(folder, 'maps'))).toEqual(['petals']);
  });

  it('follow their schemas, and every path in them leads to a file', async () => {
    const root = await makeMapped(ALL);
    const { folder } = await render(root);
    const root0 = await readManifest(join(folder, 'animation.json'));
    expect(root0.maps!.map(({ name, projection }) => [name, projection])).toEqual(
      ['per-checkpoint', 'pooled', 'last', 'classes'].map((name) => [name, name]),
    );
    const files = new Set(Object.keys(await hashFiles(folder)));
    for (const { name, json } of root0.maps!) {
      const manifest = await readManifest(join(folder, json));
      expect(manifest.map?.name).toBe(name);
      const relative = [
        manifest.$schema,
        ...manifest.maps!.map((map) => map.json),
        ...manifest.variants.map(({ gif }) => gif),
        ...manifest.frames.flatMap(({ picture, pictures, data }) => [picture, ...pictures, data]),
      ];
      for (const path of relative) expect(files, path).toContain(join(dirname(json), path));
      for (const { data } of manifest.frames) {
        const place = join(dirname(json), data);
        const frame = frameDataSchema.parse(JSON.parse(await readFile(join(folder, place), 'utf8')));
        expect(frame.x).toHaveLength(manifest.images.names.length);
        expect(files, frame.$schema).toContain(join(dirname(place), frame.$schema));
      }
    }
  });

  it('have the figures of each map, and of a map of classes its anchors by the names of the set', async () => {
    const { folder } = await render(await makeMapped(ALL));
    const own = await readManifest(join(folder, 'animation.json'));
    const classes = await readManifest(join(folder, 'maps/classes/animation.json'));
    const pooled = await readManifest(join(folder, 'maps/pooled/animation.json'));
    expect(classes.map!.anchors!.map(({ name }) => name).sort()).toEqual([...CLASSES].sort());
    for (const { name, class: index, x, y } of classes.map!.anchors!) {
      expect(classes.classes[index!]!.name).toBe(name);
      expect(Math.hypot(x, y)).toBeCloseTo(1, 6);
    }
    expect(classes.map!.temperature).toBeGreaterThan(0);
    expect(classes.frames[0]).not.toHaveProperty('explainedVarianceRatio');
    for (const { map, frames } of [own, classes, pooled]) {
      expect(Math.abs(map!.temporalPearson!)).toBeLessThanOrEqual(1);
      for (const { trustworthiness } of frames) expect(trustworthiness).toBeLessThanOrEqual(1);
    }
    expect(pooled.map!.temporalPearson).not.toBe(own.map!.temporalPearson);
  });

  it('are named in what pages may ask for', async () => {
    const { engine } = await render(await makeMapped('maps: [pooled, classes]\n'));
    const { animation } = (await engine.summaries())[0]!;
    expect(animation!.maps.map(({ name }) => name)).toEqual(['pooled', 'classes']);
    expect(animation!.urls.json).toMatch(/\/tiny\/animation\.json\?/);
    expect(animation!.maps[1]!.urls.gif).toMatch(/\/tiny\/maps\/classes\/animation\.gif\?/);
    expect(animation!.maps[1]!.urls.frames.every((url) => url.includes('/maps/classes/frames/'))).toBe(true);
  });
});

describe('maps that the site names', () => {
  it('are those of every run that says nothing of its own', async () => {
    const root = await makeMapped();
    const { folder } = await render(root, { maps: ['pooled', 'per-checkpoint'] });
    const manifest = await readManifest(join(folder, 'animation.json'));
    expect(manifest.maps!.map(({ name }) => name)).toEqual(['pooled', 'per-checkpoint']);
    await say(root, 'maps: [last]\n');
    const own = await render(root, { maps: ['pooled'] });
    expect((await readManifest(join(own.folder, 'animation.json'))).maps!.map(({ name }) => name)).toEqual([
      'last',
    ]);
  });
});

describe('a run without a classification head', () => {
  const headless: RunFixture = { ...FIXTURE, hasHead: false };

  it('goes on without its map of classes, and says why', async () => {
    const root = await makeMapped('maps: [classes, pooled]\n', headless);
    const { folder, warnings } = await render(root);
    expect((await readManifest(join(folder, 'animation.json'))).maps!.map(({ name }) => name)).toEqual([
      'pooled',
    ]);
    expect(warnings.filter((line) => line.includes('left out'))).toHaveLength(1);
    const { notices } = (await readManifest(join(folder, 'animation.json'))).provenance;
    expect(notices).toMatchObject([{ name: 'MapsLeftOut', items: ['classes'] }]);
  });

  it('can not be built where that is its only map', async () => {
    const root = await makeMapped('maps: [classes]\n', headless);
    const error = await catchError('OptionsInvalid', () => render(root));
    expect(error.message).toContain('none of the maps');
    expect(error.hint).toContain('per-checkpoint');
  });

  it('is inspected and compared with the reason', async () => {
    const cwd = await makeMapped('maps: [classes, pooled]\n', headless);
    const compared = compareResultSchema.parse(await runJson(cwd, ['compare', RUN]));
    expect(compared.maps.map(({ projection }) => projection)).not.toContain('classes');
    expect(compared.leftOut).toMatchObject([{ name: 'MapsLeftOut', items: ['classes'] }]);
    const inspected = inspectResultSchema.parse(await runJson(cwd, ['inspect', RUN]));
    expect(inspected.maps?.map(({ name }) => name)).toEqual(['pooled']);
    expect(inspected.otherProjections).toEqual(['per-checkpoint', 'last']);
    expect(inspected.notices).toMatchObject([{ name: 'MapsLeftOut', items: ['classes'] }]);
  });
});

describe('a packed run', () => {
  /** Leaves run.yaml, the configs and the pack. */
  async function packAndStrip(root: string): Promise<void> {
    await runJson(root, ['pack', RUN]);
    for (const name of await readdir(join(root, RUN)))
      if (name.startsWith('checkpoint-')) await rm(join(root, RUN, name, 'model.safetensors'));
    await rm(join(root, RUN, 'images'), { recursive: true });
    await rm(join(root, 'cache'), { recursive: true });
  }

  it('has every map, with pictures of the same bytes each time and whatever other maps are packed', async () => {
    const [root, alone] = [await makeMapped(ALL), await makeMapped()];
    await packAndStrip(root);
    await packAndStrip(alone);
    const hashes = await hashFiles((await render(root)).folder);
    for (const name of ['pooled', 'last', 'classes'])
      expect(hashes).toHaveProperty([`maps/${name}/frames/step-000010.png`]);
    await rm(join(root, 'cache'), { recursive: true });
    expect(await hashFiles((await render(root, { threads: 1 })).folder)).toEqual(hashes);
    const ofOne = await hashFiles((await render(alone)).folder);
    for (const name of Object.keys(ofOne).filter((file) => /\.(png|gif)$/.test(file)))
      expect(hashes[name], name).toBe(ofOne[name]);
  });

  it('has the figures that were computed', async () => {
    const root = await makeMapped(ALL);
    const before = await render(root);
    const names = ['animation.json', 'maps/pooled/animation.json', 'maps/classes/animation.json'];
    const read = (folder: string) => Promise.all(names.map((name) => readManifest(join(folder, name))));
    const full = await read(before.folder);
    await packAndStrip(root);
    const packed = await read((await render(root)).folder);
    for (const [index, { map, frames }] of full.entries()) {
      expect(packed[index]!.map).toEqual(map);
      expect(packed[index]!.frames.map(({ outliers: _, ...figures }) => figures)).toEqual(
        frames.map(({ outliers: _, ...figures }) => figures),
      );
    }
  });

  it('can not be rendered with a map that run.yaml names and the pack lacks', async () => {
    const root = await makeMapped('maps: [pooled]\n');
    await packAndStrip(root);
    await say(root, 'maps: [pooled, classes]\n');
    const error = await catchError('PackInvalid', () => render(root));
    expect(error.message).toContain('maps');
  });

  it('is compared by what is packed', async () => {
    const root = await makeMapped('maps: [pooled, per-checkpoint]\n');
    await packAndStrip(root);
    const compared = compareResultSchema.parse(await runJson(root, ['compare', RUN]));
    expect(compared).toMatchObject({ origin: 'packed maps', embeddingHits: [], steps: [0, 2, 10] });
    expect(compared.maps.map(({ name }) => name)).toEqual(['pooled', 'per-checkpoint']);
    const full = await makeMapped('compareMaps: true\n');
    await packAndStrip(full);
    const whole = compareResultSchema.parse(await runJson(full, ['compare', RUN]));
    expect(whole.origin).toBe('packed comparison');
    expect(whole.embeddingHits).toHaveLength(3);
    expect(whole.maps.length).toBeGreaterThan(4);
  });
});

describe('on the command line', () => {
  it('render makes the maps that --map names, the first of them in the folder itself', async () => {
    const cwd = await makeMapped(
      'maps: [per-checkpoint, { name: mean, projection: per-checkpoint, align: generalized }]\n',
    );
    const args = ['render', RUN, '--out', 'out', '--map', 'mean,pooled'];
    const result = renderResultSchema.parse(await runJson(cwd, args));
    expect(result.maps).toEqual([
      { name: 'mean', projection: 'per-checkpoint', json: 'animation.json', gif: 'animation.gif' },
      {
        ...{ name: 'pooled', projection: 'pooled' },
        ...{ json: 'maps/pooled/animation.json', gif: 'maps/pooled/animation.gif' },
      },
    ]);
    const manifest = await readManifest(join(cwd, 'out/animation.json'));
    expect(manifest.map).toMatchObject({ name: 'mean', align: 'generalized' });
    const { stdout } = await runCommand([...args, ...CACHE], { cwd });
    expect(stdout.split('\n').slice(1)).toMatchObject([
      expect.stringMatching(/^ +mean +out\/animation\.gif +/) as string,
      expect.stringMatching(/^ +pooled +out\/maps\/pooled\/animation\.gif +/) as string,
      '',
    ]);
    const alone = renderResultSchema.parse(
      await runJson(cwd, ['render', RUN, '--out', 'out', '--map', 'pooled']),
    );
    expect(alone.files.filter((file) => file.startsWith('maps/'))).toEqual([]);
    expect(await readdir(join(cwd, 'out'))).toEqual(expect.arrayContaining(['animation.gif']));
  });

  it.each([
    ['render', ['--out', 'out']],
    ['pack', []],
    ['inspect', []],
  ])('%s refuses a map that there is not with 2', async (command, more) => {
    const cwd = await makeMapped();
    const { exitCode, stderr } = await runCommand([command, RUN, ...more, '--map', 'poold', ...CACHE], {
      cwd,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean pooled?');
  });

  it('compare prints a table of at most 80 columns and embeds nothing of a finished run', async () => {
    const cwd = await makeMapped();
    await runJson(cwd, ['render', RUN, '--out', 'out']);
    const env = { COLUMNS: '80' };
    const made = await countMade(cwd, async () => {
      const { exitCode, stdout, stderr } = await runCommand(['compare', RUN, ...CACHE], { cwd, env });
      expect(exitCode, stderr).toBe(0);
      const lines = stdout.split('\n');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
      for (const row of ['own PCA, onto the last ', 'pooled PCA', 'class map', 'embedding space'])
        expect(
          lines.filter((line) => line.startsWith(row)),
          row,
        ).toHaveLength(1);
      expect(stdout).toContain('With so few frames and images');
    });
    expect(made).not.toHaveProperty('embeddings');
    expect(made).not.toHaveProperty('outlier-scores');
    expect(made).not.toHaveProperty('frames');
    const compared = compareResultSchema.parse(await runJson(cwd, ['compare', RUN]));
    expect(compared).toMatchObject({ origin: 'computed', images: 24, steps: [0, 2, 10], leftOut: [] });
    expect(compared.embeddingHits).toHaveLength(3);
    for (const { frames } of compared.maps) expect(frames).toHaveLength(3);
  });

  it('inspect counts the frames of all maps, and what another map leaves to do', async () => {
    const cwd = await makeMapped();
    await runJson(cwd, ['render', RUN, '--out', 'out']);
    const workOf = async (map: string) => {
      const made = await countMade(cwd, () => runJson(cwd, ['inspect', RUN, '--map', map]));
      expect(made).toEqual({});
      const { work, checkpoints } = inspectResultSchema.parse(
        await runJson(cwd, ['inspect', RUN, '--map', map]),
      );
      expect(checkpoints.every(({ embedded }) => embedded)).toBe(true);
      return work.map(({ stage, missing, total }) => [stage, missing, total]);
    };
    expect(await workOf('per-checkpoint')).toEqual([
      ['embed', 0, 3],
      ['analyse', 0, 3],
      ['draw', 0, 3],
    ]);
    expect(await workOf('per-checkpoint,pooled,classes')).toEqual([
      ['embed', 0, 3],
      ['analyse', 3, 3],
      ['draw', 9, 9],
    ]);
    await runJson(cwd, ['render', RUN, '--out', 'out', '--map', 'pooled']);
    expect(await workOf('per-checkpoint,pooled')).toEqual([
      ['embed', 0, 3],
      ['analyse', 0, 3],
      ['draw', 0, 6],
    ]);
  });

  it('inspect says which map suits the run once its maps are compared', async () => {
    const cwd = await makeMapped();
    const inspect = async () => (await runCommand(['inspect', RUN, ...CACHE], { cwd })).stdout;
    expect(await inspect()).toContain('"compare tiny" tells which suits the run.');
    await runJson(cwd, ['compare', RUN]);
    const after = await inspect();
    expect(after).not.toContain('tells which suits');
    expect(after).toContain('With so few frames and images');
  });
});

/** What a command prints with `--json`. */
async function runJson(cwd: string, args: readonly string[]): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runCommand([...args, '--json', ...CACHE], { cwd });
  expect(exitCode, stderr + stdout).toBe(0);
  return JSON.parse(stdout);
}
