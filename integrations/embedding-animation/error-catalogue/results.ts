/** Results: the cache, packs, folders that are written. */
import { always, when, type ErrorEntry } from './entry.ts';

const NEW_FOLDER =
  'Name a new folder as --out, or add --force: files of the same names are replaced, all others stay.';

/** Where the cache is, and what the file system said. */
export interface CacheFacts {
  readonly folder: string;
  readonly code: string;
}

/** What the file system said of a file that was to be written. */
export interface WriteFacts {
  readonly code: string;
}

export const resultsErrors = {
  ArtifactsInvalid: {
    title: 'A result left the cache while it was needed',
    meaning: 'Something emptied the cache folder during a build.',
    remedy: 'Run the build again, and make sure that nothing empties the cache meanwhile.',
    hint: 'Run the build again, and make sure that nothing empties the cache folder meanwhile.',
    cases: {
      pixelsLost: always('the prepared images left the cache while they were needed'),
      embeddingsLost: always('its embeddings left the cache while they were needed'),
    },
  },
  InputChanged: {
    title: 'A file changed while it was read',
    meaning:
      'A checkpoint, an image or another input was replaced or written to between the moment it was hashed and the moment it had been read. What was made from it is not kept: the cache would give it for the old file for ever.',
    remedy:
      'Wait until nothing writes into the run and its images (a copy, a download, a training that goes on), then build again.',
    hint: 'Nothing made from it was kept. Wait until nothing writes there any more, then build again: it goes on with what is finished.',
    cases: {
      changed: always('the file changed while it was read'),
      touched: always('a file was written to again and again while it was read'),
    },
  },
  PackInvalid: {
    title: 'The packed results can not be read',
    meaning:
      'A file of `packed/` is missing, damaged, or of a later version of this package; or only some of its files were committed.',
    remedy:
      'Pack the run again where its checkpoints are, and commit all files of `packed/`. If the pack is newer, bring this package up to date.',
    hint: 'Pack the run again where its checkpoints are (npx astro-embedding-animation pack <run folder>), and commit all files of "packed".',
    cases: {
      unreadable: always('the file can not be read'),
      notJson: always('this is not JSON'),
      wrong: when(({ path, said }: { path: string; said: string }) => `${path}: ${said}`),
      stepsDiffer: always('checkpoints and frames are not of the same steps'),
      thumbnailsDiffer: always('thumbnails and outliers are not of the same images'),
      damaged: when(({ said }: { said: string }) => `the file is damaged: ${said}`),
      otherPack: always('the file is damaged, or of another pack'),
      optionChanged: when(
        ({ option }: { option: string }) => `run.yaml has another "${option}" than when the run was packed`,
      ),
      notPacked: when(({ image }: { image: number }) => `image ${image} is not in the pack`),
    },
  },
  OutputFolderTaken: {
    title: 'The output folder holds other files, or can not be written',
    meaning:
      "`render --out` names a folder with files that no earlier `render` wrote. They might be somebody's work.",
    remedy: 'Name a new folder, or add `--force`: files of the same names are replaced, all others stay.',
    hint: 'Make room, make it writable, or name another folder as --out.',
    cases: {
      notAFolder: always('this is not a folder that can be read'),
      unwritable: when(({ said }: { said: string }) => `the folder can't be written: ${said}`),
      writingFailed: when(
        ({ said }: { said: string }) => `the folder can't be written: ${said}`,
        () =>
          'Make room, make it writable, or name another folder as --out; what is rendered stays in the cache.',
      ),
      otherFiles: always('the folder holds other files', NEW_FOLDER),
      otherFile: when(
        ({ file }: { file: string }) => `${file} in it is not a file that this command wrote`,
        () => NEW_FOLDER,
      ),
    },
  },
  FileUnwritable: {
    title: 'A file can not be written',
    meaning:
      'A file that was asked for (stored embeddings, a pack, a download, a file of the site) could not be written: the disk is full, or its folder may not be written. Files that were there are as they were.',
    remedy: 'Make room, or make the folder writable, then run it again: what is computed is in the cache.',
    hint: 'Make its folder writable, then run it again: what is computed is in the cache.',
    cases: {
      unwritable: when(({ code }: WriteFacts) => `the file can not be written (${code})`),
      diskFull: when(
        ({ code }: WriteFacts) => `the file can not be written: the disk is full (${code})`,
        () => 'Free some space on the disk, then run it again: what is computed is in the cache.',
      ),
      quotaFull: when(
        ({ code }: WriteFacts) => `the file can not be written: your quota is used up (${code})`,
        () => 'Free some of your quota, then run it again: what is computed is in the cache.',
      ),
      fileTooLarge: when(
        ({ code }: WriteFacts) => `the file can not be written: it is larger than a file may be (${code})`,
        () => 'Raise the limit on the size of files (ulimit -f), then run it again.',
      ),
      readOnly: when(
        ({ code }: WriteFacts) => `the file can not be written: its disk can only be read (${code})`,
        () => 'Copy the run to a disk that can be written, then run it again.',
      ),
      refused: when(({ code }: WriteFacts) => `the file can not be written: it is not allowed (${code})`),
      inTheWay: when(
        ({ code }: WriteFacts) => `the file can not be written: something else is in its place (${code})`,
        () => 'Move away the file or folder that has its name, or that of its folder, then run it again.',
      ),
      tooManyOpen: when(
        ({ code }: WriteFacts) => `the file can not be written: too many files are open (${code})`,
        () => 'Raise the limit on open files (ulimit -n), then run it again.',
      ),
    },
  },
  CacheUnwritable: {
    title: 'The cache folder can not be written',
    meaning:
      'The disk is full, or the folder is read-only or belongs to somebody else. A build whose results are all in the cache already does without writing.',
    remedy:
      "Make room, make the folder writable, or set Astro's `cacheDir` (on the command line `--cache`) to another place.",
    hint: 'Make the folder writable, or let cacheDir in astro.config name one that is: results of hours must be kept somewhere.',
    cases: {
      unwritable: when(
        ({ folder, code }: CacheFacts) => `the cache folder ${folder} can not be written (${code})`,
      ),
      diskFull: when(
        ({ folder, code }: CacheFacts) => `the cache folder ${folder} can not be written (${code})`,
        () => 'Free some space on its disk, then run the build again: it goes on with what is finished.',
      ),
      quotaFull: when(
        ({ folder, code }: CacheFacts) => `the cache folder ${folder} can not be written (${code})`,
        () => 'Free some of your quota, then run the build again: it goes on with what is finished.',
      ),
      fileTooLarge: when(
        ({ folder, code }: CacheFacts) => `the cache folder ${folder} can not be written (${code})`,
        () =>
          'Raise the limit on the size of files (ulimit -f), then run the build again: it goes on with what is finished.',
      ),
    },
  },
  SystemRefused: {
    title: 'The system refused a file or memory',
    meaning:
      'A file could not be opened, read or written, or memory ran out, at a place where nothing more is known about it. The code in brackets is what the system said.',
    remedy: 'Do what the hint says; with `--verbose` the place in the code is shown as well.',
    cases: {
      diskFull: when(
        ({ code }: WriteFacts) => `a disk is full (${code})`,
        () => 'Free some space, also in the folder for temporary files, then run it again.',
      ),
      tooManyOpen: when(
        ({ code }: WriteFacts) => `too many files are open (${code})`,
        () => 'Raise the limit on open files (ulimit -n), or lower the option "threads".',
      ),
      notAllowed: when(
        ({ code }: WriteFacts) => `it may not be opened (${code})`,
        () => 'Make the file or folder readable for you, then run it again.',
      ),
      missing: when(
        ({ code }: WriteFacts) => `it is not there, or went away meanwhile (${code})`,
        () => 'Put it back, wait until nothing writes there any more, then run it again.',
      ),
      outOfMemory: when(
        ({ code }: WriteFacts) => `there is not enough memory (${code})`,
        () => 'Lower the option "threads", close other programs, or build where there is more memory.',
      ),
      refused: when(
        ({ code }: WriteFacts) => `the system refused it (${code})`,
        () => 'Run it again; if it fails the same way, report what it says with --verbose.',
      ),
    },
  },
  Unforeseen: {
    title: 'A fault of this package',
    meaning:
      'Something happened that this package does not know how to handle: a fault of ours, not of your files. The message quotes what was thrown.',
    remedy:
      'Please report it at <https://github.com/astro-embedding-animation/astro-embedding-animation/issues>, with what the same command says with `--verbose`.',
    cases: {
      thrown: when(
        ({ said }: { said: string }) => `something happened that was not foreseen: ${said}`,
        () =>
          'This is a fault of ours: please report it at https://github.com/astro-embedding-animation/astro-embedding-animation/issues, with what the same command says with --verbose.',
      ),
    },
  },
  WorkerFailed: {
    title: 'A worker thread failed',
    meaning:
      'A thread ended without an answer, because the build was stopped or because memory ran out; the message quotes what it said.',
    remedy:
      'Run the build again: it goes on from what is finished. If it fails the same way, lower `threads`.',
    cases: {
      stopped: always(
        'the work was stopped before its end',
        'Run the build again: it goes on from what is finished.',
      ),
      outOfMemory: always(
        'a worker thread ran out of memory',
        'Lower the option "threads", or build where there is more memory: it goes on from what is finished.',
      ),
      failed: when(
        ({ said }: { said: string }) => `a worker thread failed: ${said}`,
        () =>
          'Run the build again; if it fails the same way, lower the option "threads" and report the message above.',
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
