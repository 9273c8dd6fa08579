/**
 * Makes the run of this example: links CIFAR-10, fine-tunes the shipped base model on it, and puts the checkpoints where
 * the site looks for them. `npm run example:cifar10 -- --data <folder with the Parquet files>`.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = join(import.meta.dirname, 'content/runs/cifar10');
const DATA = join(import.meta.dirname, 'data');
/** Where the training writes: its folder must be empty, and the run's own holds run.yaml. */
const WORK = join(ROOT, 'training/work/cifar10');
const SCRIPT = join(ROOT, 'training/finetune.py');
const PACKAGES = ['torch', 'transformers', 'accelerate', 'datasets', 'PIL', 'safetensors'];

/** Two epochs; checkpoints lie close where the model changes most. */
const TRAINING = [
  ...['--model', join(ROOT, 'content/runs/emoji/checkpoint-4040')],
  ...['--epochs', '2', '--batch-size', '64', '--eval-batch-size', '250'],
  ...['--learning-rate', '1e-3', '--warmup-steps', '40'],
  ...['--save-at', '10,20,40,60,80,120,160,240,320,480,640,900,1200'],
  ...['--storage-dtype', 'fp16', '--compile'],
];

/** Something is missing that the reader can put right; printed without a stack. */
class Refusal extends Error {}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run example:cifar10 -- --data <folder with train-*.parquet and test-*.parquet> [--python <interpreter>]',
  );
} else {
  try {
    await make(values.data, values.python);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function make(data: string | undefined, python: string | undefined): Promise<void> {
  if (data === undefined) throw new Refusal('Say where CIFAR-10 is: --data <folder with the Parquet files>.');
  await checkData(data);
  if ((await readdir(RUN)).some((name) => name.startsWith('checkpoint-'))) {
    throw new Refusal(`${RUN} has checkpoints already. Remove them to train again.`);
  }
  const command = await findPython(python);
  await linkData(resolve(data));
  await rm(WORK, { recursive: true, force: true }); // of a training that was interrupted
  await call([...command, SCRIPT, '--dataset', resolve(data), '--output', WORK, ...TRAINING]);
  for (const name of await readdir(WORK)) {
    await rm(join(RUN, name), { recursive: true, force: true });
    await rename(join(WORK, name), join(RUN, name));
  }
  console.log(`The checkpoints are in ${RUN}. Next: npm run example:cifar10:build`);
}

/** Both splits, at any depth, as the hub lays them out. */
async function checkData(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new Refusal(`There is no folder ${folder}.`);
  });
  const files = names.map((path) => path.replaceAll('\\', '/').split('/').at(-1) ?? '');
  for (const split of ['train', 'test']) {
    if (files.some((file) => file.startsWith(`${split}-`) && file.endsWith('.parquet'))) continue;
    throw new Refusal(
      `${folder} has no ${split}-*.parquet. The data set uoft-cs/cifar10 of the Hugging Face hub has one for each split.`,
    );
  }
}

/** `data/` of this example, which run.yaml names. */
async function linkData(folder: string): Promise<void> {
  if (folder === DATA) return;
  await rm(DATA, { force: true }).catch(() => {
    throw new Refusal(`${DATA} is a folder of its own: give it as --data, or move it away.`);
  });
  await symlink(folder, DATA, 'junction'); // a junction needs no rights on Windows; elsewhere the type is ignored
}

/** The command that runs a Python script with the packages of the recipe. */
async function findPython(asked: string | undefined): Promise<string[]> {
  const run = promisify(execFile);
  const works = (command: string, words: string[]) =>
    run(command, words).then(
      () => true,
      () => false,
    );
  if (asked === undefined && (await works('uv', ['--version']))) return ['uv', 'run'];
  const python = asked ?? 'python3';
  if (await works(python, ['-c', `import ${PACKAGES.join(', ')}`])) return [python];
  throw new Refusal(
    `${python} lacks the packages that training/finetune.py lists at its top. Install uv, which fetches them, or name an interpreter that has them with --python.`,
  );
}

async function call([command = '', ...words]: readonly string[]): Promise<void> {
  await mkdir(join(ROOT, 'training/work'), { recursive: true });
  const child = spawn(command, words, { stdio: 'inherit', cwd: ROOT });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('exit', done);
    child.once('error', fail);
  });
  if (code !== 0)
    throw new Refusal(`The training ended with exit code ${code}. Start again: it begins anew.`);
}
