/** What the author says of classes, from run.yaml to pictures, JSON and pages. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { manifestSchema, type Manifest } from '../../integrations/embedding-animation/artifacts/manifest.ts';
import { makeImages, makeRun } from '../helpers/make-run.ts';
import { buildSite, makeSite } from '../helpers/make-site.ts';
import { startCommand, type CommandOutcome } from '../helpers/run-command.ts';
import { countMade } from '../helpers/stored-results.ts';

const RUN = 'content/runs/tiny';
const CLASSES = ['bird', 'cat', 'dog'];

async function makeClasses(classNames = CLASSES, modelClassNames = classNames): Promise<string> {
  const site = await makeSite();
  await makeRun(join(site, RUN), { classNames: modelClassNames, steps: [0, 2], imagesPerClass: 4 });
  if (modelClassNames !== classNames) {
    await rm(join(site, RUN, 'images'), { recursive: true });
    await makeImages(join(site, RUN, 'images'), classNames, 4);
  }
  return site;
}

async function describeRun(site: string, dataset: string, rest = ''): Promise<void> {
  const head = 'title: Classes\ndataset:\n  type: image-folder\n  path: images\n';
  await writeFile(join(site, RUN, 'run.yaml'), `${head}${dataset}${rest}`);
}

async function render(site: string): Promise<CommandOutcome & { readonly manifest: Manifest }> {
  const outcome = await startCommand(['render', RUN, '--out', 'out', '--cache', 'cache'], { cwd: site })
    .outcome;
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  const text = await readFile(join(site, 'out/animation.json'), 'utf8');
  return { ...outcome, manifest: manifestSchema.parse(JSON.parse(text)) };
}

/** The class of each image, by the image's name. */
function classOfImages({ images, classes }: Manifest): Record<string, string> {
  const entries = images.names.map((name, index) => [name, classes[images.labels[index]!]!.name] as const);
  return Object.fromEntries(entries);
}

describe('classes', () => {
  it('come in the order and by the names that run.yaml gives them, and nothing is embedded again', async () => {
    const site = await makeClasses();
    await describeRun(site, '');
    const plain = await render(site);
    expect(plain.manifest.classes.map(({ name }) => name)).toEqual(CLASSES);
    await describeRun(site, '  classes: { dog: 犬, bird: Vogel, cat: }\n');
    let named = plain;
    const made = await countMade(site, async () => {
      named = await render(site);
    });
    expect(made).toMatchObject({ frames: 4 });
    expect(made).not.toHaveProperty('embeddings');
    const { classes, provenance } = named.manifest;
    expect(classes.map(({ name, originalName }) => [name, originalName])).toEqual([
      ['犬', 'dog'],
      ['Vogel', 'bird'],
      ['cat', undefined],
    ]);
    expect(classes.map(({ colour }) => colour)).toEqual(plain.manifest.classes.map(({ colour }) => colour));
    expect(provenance.dataset).toEqual(plain.manifest.provenance.dataset);
    const before = classOfImages(plain.manifest);
    expect(classOfImages(named.manifest)).toEqual(
      Object.fromEntries(
        Object.entries(before).map(([image, name]) => [
          image,
          { dog: '犬', bird: 'Vogel', cat: 'cat' }[name],
        ]),
      ),
    );
  });

  it('have the colours that the palette gives them by either name, and markers that pages can draw', async () => {
    const site = await makeClasses();
    const palette = "animation: { palette: { cat: '#123456', 犬: '#fed' } }\n";
    await describeRun(site, '  classes: { dog: 犬, bird: , cat: 猫 }\n', palette);
    await writeFile(
      join(site, 'src/pages/index.astro'),
      `---
import { getRun } from 'virtual:embedding-animation/runs';
const { classNames, classColours, classMarkers, markerPaths } = getRun('tiny');
---
<ul>{classNames.map((name, i) => <li><svg><path d={markerPaths[classMarkers[i]]} fill={classColours[i]} /></svg>{name}</li>)}</ul>`,
    );
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
    const { document } = parseHTML(await readFile(join(site, 'dist/index.html'), 'utf8'));
    const items = [...document.querySelectorAll('li')].map((item) => [
      item.textContent,
      item.querySelector('path')?.getAttribute('fill'),
    ]);
    expect(items.filter(([name]) => name !== 'bird')).toEqual([
      ['犬', '#ffeedd'],
      ['猫', '#123456'],
    ]);
    for (const path of document.querySelectorAll('path')) expect(path.getAttribute('d')).toMatch(/^M.*Z$/);
  });

  it('are named in the error of a palette that knows another one', async () => {
    const site = await makeClasses();
    await describeRun(site, '', "animation: { palette: { cow: '#123456' } }\n");
    const { exitCode, stderr } = await startCommand(['render', RUN, '--out', 'out', '--cache', 'cache'], {
      cwd: site,
    }).outcome;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('run "tiny", run.yaml: animation.palette: there is no class "cow"');
    expect(stderr).toContain('"bird", "cat", "dog"');
  });

  it('may be those of the set alone', async () => {
    const site = await makeClasses(['cat', 'unicorn'], ['cat', 'dog']);
    await describeRun(site, '');
    const refused = await startCommand(['render', RUN, '--out', 'out', '--cache', 'cache'], { cwd: site })
      .outcome;
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('classes that the model does not know: "unicorn"');
    expect(refused.stderr).toContain('labels: own');
    await describeRun(site, '  labels: own\n');
    const { manifest } = await render(site);
    expect(manifest.classes.map(({ name }) => name)).toEqual(['cat', 'unicorn']);
    expect(manifest.frames.at(-1)?.accuracy).toBeGreaterThan(0);
  });

  it('that look alike are counted in a warning', async () => {
    const site = await makeClasses(Array.from({ length: 15 }, (_, index) => `class ${index}`));
    await describeRun(site, '', "animation: { palette: ['#123456'] }\n");
    const { stderr, manifest } = await render(site);
    expect(stderr).toContain('tiny: 2 of 15 classes look like another class on the map');
    expect(Object.keys(manifest.markers)).toHaveLength(13);
  });

  it('change their order and their names in a packed run too', async () => {
    const site = await makeClasses();
    await describeRun(site, '');
    const { manifest } = await render(site);
    const packed = await startCommand(['pack', RUN, '--cache', 'cache'], { cwd: site }).outcome;
    expect(packed.exitCode, packed.stderr).toBe(0);
    for (const step of [0, 2]) await rm(join(site, RUN, `checkpoint-${step}/model.safetensors`));
    await rm(join(site, RUN, 'images'), { recursive: true });
    await describeRun(site, '  classes: { dog: 犬, cat: , bird: }\n  labels: own\n');
    const again = await render(site);
    expect(again.manifest.classes.map(({ name }) => name)).toEqual(['犬', 'cat', 'bird']);
    const before = classOfImages(manifest);
    for (const [image, name] of Object.entries(classOfImages(again.manifest))) {
      expect(before[image]).toBe(name === '犬' ? 'dog' : name);
    }
  });
});
