/** The site around: options, runs, fonts. */
import { always, when, type ErrorEntry } from './entry.ts';

const MEND_LINE = 'Mend the line; text with a colon or a leading @, * or & goes in quotes.';

const NAME_RUN_FOLDER = 'Name the output folder of a Trainer, the one that holds checkpoint-<step>.';

export const siteErrors = {
  OptionsInvalid: {
    title: 'An option is unknown or wrong',
    meaning:
      "An option of the integration or of a run is not one of those that exist, has a value that it can't have, or doesn't fit the model: a pooling that the model doesn't offer, say. Unknown keys are errors, so that a typing mistake can't pass for a default. A collection that uses a loader in a site without the integration is told so by this name too.",
    remedy:
      'Correct the keys that the message lists, each with its path; the reference of options has all that there are.',
    hint: 'Correct them where astro.config calls the integration; its documentation lists every option.',
    cases: {
      notInstalled: always(
        'a collection uses a loader of astro-embedding-animation, but the integration is not installed',
        'Add embeddingAnimation() to "integrations" in astro.config.',
      ),
      noMapLeft: when(
        ({ reasons }: { reasons: string }) => `none of the maps that "maps" names can be made: ${reasons}`,
        () => 'Name another one in "maps" of run.yaml, such as "per-checkpoint", which every run can have.',
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
    cases: {
      missing: always(
        'the folder of runs does not exist',
        'Make the folder and put a run into it, or set the option "runs" to where your runs are.',
      ),
    },
  },
  RunFileInvalid: {
    title: 'run.yaml can not be used',
    meaning:
      "A run's `run.yaml` can't be read, is not YAML, lacks a required key, or has an unknown or wrong one. On the command line also: the run has no `run.yaml`, and the options in its place don't say everything.",
    remedy:
      'Correct the keys that the message lists; the reference of `run.yaml` has all that there are. Without a `run.yaml`, the command line needs `--images`.',
    hint: 'The documentation of run.yaml lists every key; unknown keys are errors.',
    cases: {
      unreadable: always(
        'the file can not be read',
        'Write a run.yaml with a dataset beside the checkpoints.',
      ),
      wrongLine: when(
        ({ line, said }: { line: number; said: string }) => `line ${line}: ${said}`,
        () => MEND_LINE,
      ),
      notYaml: when(
        ({ said }: { said: string }) => said,
        () => MEND_LINE,
      ),
      unseenCharacters: always(
        "the folder's name has characters that can't be seen, such as a line break",
        'Rename the folder. Letters and signs of any language may stand in its name, and blanks too.',
      ),
      sameName: always(
        'two folders have this name: one with composed, one with combining characters',
        'Rename one of the folders.',
      ),
      sameAddress: when(
        ({ other }: { other: string }) => `its files would have the same addresses as those of "${other}"`,
        () => 'Rename one of the folders.',
      ),
      paletteClass: when(
        ({ name }: { name: string; known: string }) => `animation.palette: there is no class "${name}"`,
        ({ known }) => `Correct the name. The classes of the run are ${known}.`,
      ),
      noImagesSaid: always(
        'there is no run.yaml, and nothing else says which images its checkpoints embed',
        'Give --images <path>, a folder of <class>/<image> for example, or write a run.yaml with a dataset beside the checkpoints.',
      ),
    },
  },
  RunUnknown: {
    title: 'There is no such run',
    meaning:
      "A page shows a run by an id that no folder has, or a command was given a path that is no folder. A run's id is the name of its folder below the runs folder.",
    remedy: 'Take one of the ids that the hint lists, or name the folder that holds `checkpoint-<step>/`.',
    hint: NAME_RUN_FOLDER,
    cases: {
      noSuchRun: when(
        ({ known }: { known: string }) =>
          `there is no such run; ${known === '' ? 'the runs folder holds none' : `these are there: ${known}`}`,
        () => "A run's id is the name of its folder below the runs folder, if that holds a run.yaml.",
      ),
      file: always('this is a file'),
      fileInRun: when<{ folder: string }>(
        () => 'this is a file',
        ({ folder }) => `Name its folder: ${folder}.`,
      ),
      noFolder: always('there is no such folder'),
      noFolderAmong: when<{ known: string }>(
        () => 'there is no such folder',
        ({ known }) => `${NAME_RUN_FOLDER} Runs of this site: ${known}.`,
      ),
      noFolderBut: when<{ nearest: string }>(
        () => 'there is no such folder',
        ({ nearest }) => `Did you mean ${nearest}?`,
      ),
      oneCheckpoint: when<{ folder: string }>(
        () => 'this is one checkpoint, not a run',
        ({ folder }) => `Name the folder that it lies in: ${folder}.`,
      ),
      severalRuns: when(
        ({ runs }: { runs: string; first: string }) => `this is a folder of runs: ${runs}`,
        ({ first }) => `Name one of them: ${first}.`,
      ),
    },
  },
  MapUnknown: {
    title: 'A run has no such map',
    meaning:
      "A page shows a map by a name that the run's maps don't have. A map's name is its `name` in `maps` of run.yaml, or its projection where it has none there. One that could not be made, such as a class map of a run without a classifier, is not there either: a notice says why.",
    remedy: 'Take one of the names that the message lists, or add the map to `maps` in run.yaml.',
    cases: {
      noSuchMap: when(
        ({ name, known }: { name: string; known: string }) =>
          `there is no map "${name}"; these are there: ${known}`,
        () => 'Correct the name in the page, or add the map to "maps" in run.yaml.',
      ),
      noneNamed: always(
        'no map is named',
        'Name at least one in the list, or leave "map" out to show all maps of the run.',
      ),
    },
  },
  ComparisonMissing: {
    title: "A run's maps are not compared",
    meaning:
      'A page shows the comparison of the maps of a run whose run.yaml does not ask for it, or whose pack was made before it did.',
    remedy: 'Set `compareMaps: true` in run.yaml; pack the run again if the site builds from its pack.',
    cases: {
      notAsked: always(
        'its maps are not compared',
        'Set "compareMaps: true" in its run.yaml; pack the run again if the site builds from its pack.',
      ),
    },
  },
  RunsFailed: {
    title: 'Runs can not be used',
    meaning:
      'Several runs of a site can not be opened: the message lists what is wrong with each. A page that asks for a run which `astro dev` could not read gets this name too, with the words of the failure.',
    remedy:
      'Mend the runs one after the other; each has an entry of its own here, under the name of its error.',
    cases: {
      several: when(
        ({ count, messages }: { count: number; messages: string; hints: string }) =>
          `${count} runs can't be used:\n${messages}`,
        ({ hints }) => hints,
      ),
      unread: when(
        ({ message }: { message: string; hint: string }) => message,
        ({ hint }) => hint,
      ),
    },
  },
  FontMissing: {
    title: 'A font package is not installed',
    meaning: 'The option `fonts` names a package that the site does not have.',
    remedy:
      'Install it (`npm install <package>`), or take it out of `fonts`: fonts that are not named are found by themselves.',
    cases: {
      notInstalled: when(
        ({ name }: { name: string }) => `the font ${name} in "fonts" is not installed`,
        ({ name }) => `Install it in the site: npm install ${name}`,
      ),
    },
  },
  FontInvalid: {
    title: 'A font package holds no font that can be read',
    meaning:
      'The option `fonts` names a package that is no family of Fontsource, or whose files are damaged.',
    remedy: 'Name a package of Fontsource, such as `@fontsource/noto-sans-jp`, or install it again.',
    hint: 'Name a family of Fontsource, such as @fontsource/noto-sans-jp: with unicode.json, and WOFF or WOFF2 in files/.',
    cases: {
      noFonts: when(
        ({ name }: { name: string }) => `the package ${name} in "fonts" has no fonts that can be read`,
      ),
      damaged: when(
        ({ said }: { said: string }) => `the font can not be read (${said})`,
        () => 'Install the package that it comes from again.',
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
