/**
 * Makes `dist/`, what is published: every module compiled to JavaScript with its declarations, and `.astro` and `.css`
 * files beside them. Sources name each other with `.ts`; what is published names the compiled file. Does nothing when
 * `dist/` was made from the same sources. Run by `npm run build:package`, and before packing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(ROOT, 'dist');
/** Made beside it and put in its place when it is whole, so that nobody sees half a build. */
const UNFINISHED = join(ROOT, `dist.${process.pid}.tmp`);
const FINGERPRINT = 'sources.sha256';
const COMPILED = /\.ts$/;
const COPIED = /\.(astro|css)$/;
const LEFT_OUT = /^(dist|node_modules)/;
/** The compiler rewrites what modules import from each other, but neither in declarations nor in `.astro` files, … */
const IMPORT = /(from |import |import\()(['"])(\.[^'"]+)\.ts\2/g;
/** … nor the addresses of workers and routes. */
const ADDRESS_IN_CODE = /(\(|\? |: )(['"])(\.[^'"]+)\.ts\2/g;

const require = createRequire(import.meta.url);
const fingerprint = hashSources();
if (
  !existsSync(join(OUTPUT, FINGERPRINT)) ||
  readFileSync(join(OUTPUT, FINGERPRINT), 'utf8') !== fingerprint
) {
  try {
    compile();
    for (const file of list(/\.js$/, UNFINISHED)) rewrite(file, ADDRESS_IN_CODE);
    for (const file of list(/\.d\.ts$/, UNFINISHED)) rewrite(file, IMPORT);
    for (const file of list(COPIED)) copy(file);
    writeFileSync(join(UNFINISHED, FINGERPRINT), fingerprint);
    rmSync(OUTPUT, { recursive: true, force: true });
    renameSync(UNFINISHED, OUTPUT);
  } finally {
    rmSync(UNFINISHED, { recursive: true, force: true });
  }
}

function list(pattern, folder = ROOT) {
  return readdirSync(folder)
    .filter((name) => folder !== ROOT || !LEFT_OUT.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      if (!statSync(path).isDirectory()) return [name];
      return readdirSync(path, { recursive: true }).map((below) => `${name}/${below}`.replaceAll('\\', '/'));
    })
    .filter((file) => pattern.test(file))
    .sort();
}

function hashSources() {
  const hash = createHash('sha256').update(require('typescript/package.json').version);
  for (const file of [...list(COMPILED), ...list(COPIED), 'build.mjs', 'tsconfig.build.json']) {
    hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

function compile() {
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const project = ['--project', join(ROOT, 'tsconfig.build.json'), '--outDir', UNFINISHED];
  const { status } = spawnSync(process.execPath, [compiler, ...project], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The package does not compile; see above.');
}

function copy(file) {
  mkdirSync(dirname(join(UNFINISHED, file)), { recursive: true });
  cpSync(join(ROOT, file), join(UNFINISHED, file));
  if (file.endsWith('.astro')) rewrite(file, IMPORT);
}

/** Names compiled files instead of sources. */
function rewrite(file, addresses) {
  const path = join(UNFINISHED, file);
  const text = readFileSync(path, 'utf8').replace(addresses, (_, before, quote, address) => {
    const target = join(UNFINISHED, dirname(file), `${address}.js`);
    if (!existsSync(target)) throw new Error(`${file} names ${address}.ts, which is not there.`);
    return `${before}${quote}${address}.js${quote}`;
  });
  const left = /['"]\.[^'"\n]*\.ts['"]/.exec(text);
  if (left !== null) throw new Error(`${file} would be published with the address ${left[0]}.`);
  writeFileSync(path, text);
}
