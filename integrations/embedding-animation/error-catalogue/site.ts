/** The site around: options, runs, fonts. */
import { always, when, type ErrorEntry } from './entry.ts';

export const siteErrors = {
  OptionsInvalid: {
    title: 'An option is unknown or wrong',
    meaning:
      "An option of the integration or of a run is not one of those that exist, has a value that it can't have, or doesn't fit the model: a pooling that the model doesn't offer, say. Unknown keys are errors, so that a typing mistake can't pass for a default. A collection that uses a loader in a site without the integration is told so by this name too.",
    remedy:
      'Correct the keys that the message lists, each with its path; the reference of options has all that there are.',
    cases: {
      notInstalled: always(
        'a collection uses a loader of astro-embedding-animation, but the integration is not installed',
        'Add embeddingAnimation() to "integrations" in astro.config.',
      ),
      poolingWeights: when(
        ({ pooling }: { pooling: string; possible: string }) =>
          `pooling is "${pooling}", for which the model has no weights`,
        ({ possible }) => `Possible with this checkpoint: ${possible}.`,
      ),
      poolingToken: when(
        ({ pooling, output, shape }: { pooling: string; output: string; shape: string }) =>
          `pooling is "${pooling}", and the model's ${output} of the shape [${shape}] has no such token`,
        () => 'Set "pooling" under "embedding" in run.yaml to "mean" or "pooler".',
      ),
      poolingOutput: when(
        ({ pooling, output, outputs }: { pooling: string; output: string; outputs: string }) =>
          `pooling is "${pooling}", and the exported model has no output ${output}; its outputs: ${outputs}`,
        () =>
          'Export the model for feature extraction, without its head, or set "pooling" under "embedding" in run.yaml.',
      ),
    },
  },
  RunsFolderMissing: {
    title: 'The folder of runs does not exist',
    meaning: 'The option `runs` names a folder, `./content/runs` by default, that is not there.',
    remedy:
      "Make the folder and put a run into it, or set `runs` to where your runs are. The path is relative to the project's root.",
    cases: {},
  },
  RunFileInvalid: {
    title: 'run.yaml can not be used',
    meaning:
      "A run's `run.yaml` can't be read, is not YAML, lacks a required key, or has an unknown or wrong one. On the command line also: the run has no `run.yaml`, and the options in its place don't say everything.",
    remedy:
      'Correct the keys that the message lists; the reference of `run.yaml` has all that there are. Without a `run.yaml`, the command line needs `--images`.',
    cases: {},
  },
  RunUnknown: {
    title: 'There is no such run',
    meaning:
      "A page shows a run by an id that no folder has, or a command was given a path that is no folder. A run's id is the name of its folder below the runs folder.",
    remedy: 'Take one of the ids that the hint lists, or name the folder that holds `checkpoint-<step>/`.',
    cases: {},
  },
  RunsFailed: {
    title: 'Runs can not be used',
    meaning:
      'Several runs of a site can not be opened: the message lists what is wrong with each. A page that asks for a run which `astro dev` could not read gets this name too, with the words of the failure.',
    remedy:
      'Mend the runs one after the other; each has an entry of its own here, under the name of its error.',
    cases: {},
  },
  FontMissing: {
    title: 'A font package is not installed',
    meaning: 'The option `fonts` names a package that the site does not have.',
    remedy:
      'Install it (`npm install <package>`), or take it out of `fonts`: fonts that are not named are found by themselves.',
    cases: {},
  },
  FontInvalid: {
    title: 'A font package holds no font that can be read',
    meaning:
      'The option `fonts` names a package that is no family of Fontsource, or whose files are damaged.',
    remedy: 'Name a package of Fontsource, such as `@fontsource/noto-sans-jp`, or install it again.',
    cases: {},
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
