/**
 * The command line as a table: commands, arguments, options, exit codes. Parsing, `--help` and the reference
 * documentation are made from it. Nothing is read or run here.
 */
import type { z } from 'zod';
import { deviceSchema } from '../options/index.ts';
import {
  compareResultSchema,
  downloadResultSchema,
  inspectResultSchema,
  packResultSchema,
  renderResultSchema,
} from './results.ts';

/** The command's name on the command line. */
export const PROGRAM = 'astro-embedding-animation';

/** One option of a command. */
export interface OptionDescription {
  readonly type: 'string' | 'number' | 'boolean';
  /** What stands for the value, such as `<folder>`; a boolean has none. */
  readonly value?: string;
  /** What the option does, in sentences. */
  readonly description: string;
  /** What counts where it is not given, in words. */
  readonly default?: string;
  readonly isRequired?: boolean;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** Of a number, which is whole. */
  readonly min?: number;
  readonly max?: number;
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, OptionDescription>>;

/** One argument of a command; all are required. */
export interface ArgumentDescription {
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** One command. */
export interface CommandDescription {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** More of what it does, a paragraph each. */
  readonly description: readonly string[];
  readonly arguments: readonly ArgumentDescription[];
  readonly options: OptionTable;
  /** Lines to type, without the program's name. */
  readonly examples: readonly string[];
  /** What it prints with `--json`. */
  readonly result: z.ZodType;
}

/** What the process ends with, and when. */
export const EXIT_CODES = [
  { code: 0, name: 'done', meaning: 'It is done.' },
  { code: 1, name: 'failed', meaning: 'A run, a file or a folder can not be used.' },
  { code: 2, name: 'misused', meaning: 'The command was typed wrongly; nothing was done.' },
  { code: 130, name: 'interrupted', meaning: 'Stopped by Ctrl-C; what is finished stays in the cache.' },
] as const;

/** Options of the program rather than of a command. */
export const PROGRAM_OPTIONS = {
  help: { type: 'boolean', description: 'Say what there is, or what a command does, and stop. Also -h.' },
  version: { type: 'boolean', description: 'Say which version this is, and stop.' },
} as const satisfies OptionTable;

/** Options that every command has. */
const COMMON_OPTIONS = {
  json: {
    type: 'boolean',
    description: 'Print one JSON object instead of words, also for an error; progress stays on stderr.',
  },
  verbose: { type: 'boolean', description: 'Show where an error comes from.' },
  help: { type: 'boolean', description: 'Say what the command does, and stop. Also -h.' },
} as const satisfies OptionTable;

/** Where results are kept unless `--cache` says otherwise. */
export const CACHE_PLACES = {
  site: 'node_modules/.astro',
  user: '~/.cache/astro-embedding-animation',
} as const;

/** Options that stand in for what run.yaml says of images and checkpoints. */
const INPUT_OPTIONS = {
  images: {
    type: 'string',
    value: '<path>',
    description:
      'Evaluation set: a folder of <class>/<image>, one with a metadata.csv, .jsonl or .parquet, a Parquet file or a folder of them, or the binary archive of CIFAR-10 or CIFAR-100. What it is shows by what lies there.',
    default: 'the "dataset" in run.yaml; required where there is none',
  },
  checkpoints: {
    type: 'string',
    value: '<pattern>',
    description:
      "Folders of the checkpoints, such as 'epoch_*' or 'run-0/checkpoint-*', several with commas between them. A lone . is a model in the run's folder itself; base=0 is a folder with its step, where neither trainer_state.json nor the name tells it.",
    default: 'those that run.yaml names, else every checkpoint-<step>',
  },
} as const satisfies OptionTable;

/** Options that stand in for keys of run.yaml. */
export const RUN_FILE_OPTIONS = {
  map: {
    type: 'string',
    value: '<name>',
    description:
      'Only this map, by its name in run.yaml, or by a projection: per-checkpoint, pooled, last or classes. Several with commas between them; the first is the one shown.',
    default: 'all that run.yaml names, else per-checkpoint',
  },
  title: {
    type: 'string',
    value: '<text>',
    description: 'Title of the animation.',
    default: "the one in run.yaml, else the name of the run's folder",
  },
  locale: {
    type: 'string',
    value: '<tag>',
    description: 'Language of the pictures, such as ja.',
    default: 'the one in run.yaml, else en',
  },
  ...INPUT_OPTIONS,
} as const satisfies OptionTable;

/** Where results are kept, and what makes them. */
const MACHINE_OPTIONS = {
  cache: {
    type: 'string',
    value: '<folder>',
    description: 'Where results are kept; name it where astro.config sets a "cacheDir".',
    default: `${CACHE_PLACES.site} of the site that the run or you are in, else of a project with node_modules; outside of them ${CACHE_PLACES.user}, or the same in $XDG_CACHE_HOME`,
  },
  threads: {
    type: 'number',
    value: '<number>',
    min: 1,
    max: 1024,
    description: 'Most worker threads.',
    default: 'one a core',
  },
  device: {
    type: 'string',
    value: '<name>',
    choices: deviceSchema.options,
    description:
      'What embeds: the processor, a graphics card by one of the ways to it, or the best that works.',
    default: 'cpu',
  },
} as const satisfies OptionTable;

/** Options of every command that works on a run. */
export const WORKSPACE_OPTIONS = { ...RUN_FILE_OPTIONS, ...MACHINE_OPTIONS } as const satisfies OptionTable;

const RUN_ARGUMENT = {
  name: 'run',
  description:
    "A Trainer's output folder; it needs no run.yaml. In a site also the name of a folder in content/runs.",
} as const satisfies ArgumentDescription;

/** All commands, in the order of the help. */
export const COMMANDS = {
  render: {
    name: 'render',
    summary: 'Make PNGs, GIF and JSON of a run.',
    description: [
      'Embeds, analyses and draws a run as a build of a site does, and writes the files that it would publish. What is in the cache is not made again. Looks that astro.config sets are not known here: those of run.yaml and the defaults count.',
      'Files of the first map are in the folder itself, those of each other map in maps/<name>.',
      'A folder that an earlier render wrote is brought up to date; files of others in it stay.',
    ],
    arguments: [RUN_ARGUMENT],
    options: {
      out: {
        type: 'string',
        value: '<folder>',
        isRequired: true,
        description: 'Where the files go.',
      },
      force: {
        type: 'boolean',
        description: 'Write into a folder that holds other files: those of the same names are replaced.',
      },
      ...WORKSPACE_OPTIONS,
      ...COMMON_OPTIONS,
    },
    examples: [
      'render flowers --out flowers-animation',
      "render ~/vit-flowers --images ~/data/test --checkpoints 'epoch_*' --out out",
      'render flowers --map pooled,classes --out flowers-maps',
    ],
    result: renderResultSchema,
  },
  pack: {
    name: 'pack',
    summary: 'Keep what a host needs to build without the weights.',
    description: [
      'Computes a run\'s results, or takes them from the cache, and writes them into the folder "packed" of the run: coordinates of every map and scores in 16 bits, thumbnails of the strongest outliers, losses, names and provenance.',
      "Commit the folder: where a run's checkpoints have no weights, a build reads it instead.",
    ],
    arguments: [RUN_ARGUMENT],
    options: { ...WORKSPACE_OPTIONS, ...COMMON_OPTIONS },
    examples: ['pack flowers', 'pack content/runs/flowers'],
    result: packResultSchema,
  },
  compare: {
    name: 'compare',
    summary: 'Say how far each map of a run can be trusted, and which suits it.',
    description: [
      "Computes the figures of all maps that a run could have, without drawing them: temporal Pearson, the correlation between how far images move in embedding space and on the map; trustworthiness, low where neighbours on the map are none in embedding space; hit, the share of an image's nearest neighbours on the map that are of its class, at the last frame; temporal stress, 0 where the map moves as the embeddings do. --json gives all figures of all frames.",
      'Embeds and analyses what is not in the cache yet. Of a run that is packed, the maps in the pack are compared.',
    ],
    arguments: [RUN_ARGUMENT],
    options: { ...INPUT_OPTIONS, ...MACHINE_OPTIONS, ...COMMON_OPTIONS },
    examples: ['compare flowers', 'compare ~/vit-flowers --images ~/data/test'],
    result: compareResultSchema,
  },
  inspect: {
    name: 'inspect',
    summary: 'Say what is there, what would be computed and how long it takes.',
    description: [
      'Lists the checkpoints of a run, its data set, history, maps and pack, what of its results is in the cache, and all that keeps a build from using it. No result is written.',
      'Times are measured here and now on a little of the work that is left: it takes seconds, and never longer than the work.',
    ],
    arguments: [RUN_ARGUMENT],
    options: { ...WORKSPACE_OPTIONS, ...COMMON_OPTIONS },
    examples: ['inspect flowers', 'inspect ~/vit-flowers', 'inspect flowers --json'],
    result: inspectResultSchema,
  },
  download: {
    name: 'download',
    summary: 'Fetch the archive of CIFAR-10, and check it.',
    description: [
      "Downloads the binary archive of CIFAR-10 from its authors' page (170 MB) and checks its checksum. A download that was interrupted goes on where it stopped; a file that is there and right is used.",
    ],
    arguments: [{ name: 'data set', description: 'What to download.', choices: ['cifar10'] }],
    options: {
      to: {
        type: 'string',
        value: '<folder>',
        description: 'Where the file goes.',
        default: 'the folder you are in',
      },
      ...COMMON_OPTIONS,
    },
    examples: ['download cifar10 --to data'],
    result: downloadResultSchema,
  },
} as const satisfies Readonly<Record<string, CommandDescription>>;

/** A command's name. */
export type CommandName = keyof typeof COMMANDS;

/** How a command is typed: `render <run> --out <folder> [options]`. */
export function describeUsage({ name, arguments: expected, options }: CommandDescription): string {
  const required = Object.entries(options).filter(([, option]) => option.isRequired === true);
  return [
    name,
    ...expected.map((argument) => `<${argument.name}>`),
    ...required.map(([option, { value = '' }]) => `--${option} ${value}`),
    '[options]',
  ].join(' ');
}

/** How an option is typed: `--out <folder>`. */
export function describeOptionName(name: string, { value }: OptionDescription): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

/** What an option does, the values it takes and what counts without it, in sentences. */
export function describeOption({
  description,
  default: fallback,
  isRequired,
  choices,
}: OptionDescription): string {
  return [
    description,
    ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
    ...(isRequired === true ? ['Required.'] : []),
    ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
  ].join(' ');
}
