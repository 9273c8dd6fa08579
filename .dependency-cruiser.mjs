/**
 * What may import what in the package: floors, doors, no circles, and one place for each heavy library. Imports of types
 * count. CONTRIBUTING.md says it in words; `npm run check` and tests/unit/import-rules.test.ts keep it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'integrations/embedding-animation';

/** From the ground up, files and folders of the package: each imports from its own floor and from those below. */
export const FLOORS = [
  [
    'names.ts',
    'keep-recent.ts',
    'files.ts',
    'errors.ts',
    'explain-error.ts',
    'write-files.ts',
    'error-catalogue/',
  ],
  [
    'locale/',
    'options/',
    'contracts.ts',
    'compare-maps.ts',
    'frame-figures.ts',
    'image-count.ts',
    'notices.ts',
    'progress.ts',
    'run-ids.ts',
    'variants.ts',
  ],
  ['threads/'],
  ['formats/'],
  ['images/', 'artifacts/'],
  ['checkpoints/', 'dataset/', 'embedding/', 'ready-embeddings/', 'analysis/', 'rendering/', 'packed/'],
  ['run-source.ts', 'resolve-look.ts', 'run-overview.ts'],
  ['stages/'],
  ['pipeline.ts'],
  ['engine/'],
  ['client/'],
  ['astro/', 'cli/', 'components/'],
  ['index.ts'],
];

/** Floors whose rooms know nothing of each other. */
const APART = FLOORS.filter((floor) =>
  ['images/', 'checkpoints/', 'cli/'].some((room) => floor.includes(room)),
);

/** Heavy libraries, and what alone imports them. ARCHITECTURE.md has the same table, and a test compares the two. */
export const LIBRARIES = {
  'onnxruntime-node': ['embedding/', 'analysis/linalg/gemm.ts'],
  '@huggingface/transformers': ['embedding/run/export-session.ts'],
  '@observablehq/plot': ['rendering/'],
  fontkit: ['rendering/'],
  gifenc: ['rendering/gif/gifenc.ts'],
  linkedom: ['rendering/'],
  hyparquet: ['formats/parquet/'],
  'hyparquet-compressors': ['formats/parquet/'],
  'modern-tar': ['dataset/cifar/files.ts'],
  'ml-matrix': ['analysis/linalg/symmetric-eigen.ts'],
  'ml-pca': ['analysis/linalg/symmetric-eigen.ts'],
  piscina: ['threads/workers.ts'],
  sharp: ['images/'],
};

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** The expression of paths in the package. */
const within = (paths, end = '') =>
  `^${PACKAGE}/(${paths.map((path) => escape(path) + (path.endsWith('/') ? '' : '$')).join('|')})${end}`;

/**
 * The rules for the package below `root`.
 * @param root folder of the repository; its package's folders with an `index.ts` are the rooms with a door
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
export function listRules(root) {
  const rooms = readdirSync(join(root, PACKAGE), { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('/index.ts') && !/(^|\/)(dist|node_modules)\//.test(name))
    .map((name) => name.slice(0, -'index.ts'.length));
  return [
    {
      name: 'no-circle',
      comment: 'Modules that import each other can not be read, tested or moved alone. Types count.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'a-floor-for-each-importer',
      comment: 'Say in .dependency-cruiser.mjs on which floor the file or folder is.',
      from: { path: `^${PACKAGE}/.*\\.ts$`, pathNot: [within(FLOORS.flat())] },
      to: {},
    },
    {
      name: 'a-floor-for-each-file',
      comment: 'Say in .dependency-cruiser.mjs on which floor the file or folder is.',
      from: { path: `^${PACKAGE}/` },
      to: {
        path: `^${PACKAGE}/`,
        pathNot: [within(FLOORS.flat()), `^${PACKAGE}/(node_modules/|package\\.json$)`],
      },
    },
    ...FLOORS.slice(0, -1).map((floor, index) => ({
      name: `downward-from-${nameOf(floor)}`,
      comment: 'Floors import downward only. Hand in what is needed from above as an argument.',
      from: { path: within(floor) },
      to: { path: within(FLOORS.slice(index + 1).flat()) },
    })),
    ...APART.map((floor) => ({
      name: `apart-${nameOf(floor)}`,
      comment: 'These rooms do not know each other. What two of them need lies on a floor below.',
      from: { path: within(floor) },
      to: { path: within(floor), pathNot: `^${PACKAGE}/$1` },
    })),
    ...rooms.map((room) => ({
      name: `door-of-${room.slice(0, -1)}`,
      comment: `Import from ${room}index.ts; export there what is needed outside.`,
      from: { path: `^${PACKAGE}/`, pathNot: within([room]) },
      to: { path: within([room]), pathNot: within([`${room}index.ts`]) },
    })),
    ...Object.entries(LIBRARIES).map(([library, places]) => ({
      name: `place-of-${library}`,
      comment: `Only ${places.join(' and ')} may import it.`,
      from: { path: `^${PACKAGE}/`, pathNot: within(places) },
      to: { path: `(^|/)(node_modules/)?(@types/)?${escape(library)}(/|$)`, dependencyTypesNot: ['local'] },
    })),
  ].map((rule) => ({ severity: 'error', ...rule }));
}

function nameOf(floor) {
  return floor[0].replace(/\/$|\.ts$/, '');
}

export const options = {
  tsPreCompilationDeps: true,
  doNotFollow: { path: '(^|/)node_modules/' },
  exclude: { path: `^${PACKAGE}/(dist/|build\\.mjs$)` },
};

export default { forbidden: listRules(import.meta.dirname), options };
