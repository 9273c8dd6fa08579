/** `download`: public data sets, checked. */
import { resolve } from 'node:path';
import { downloadCifar10 } from '../dataset/index.ts';
import { runStage } from '../progress.ts';
import { COMMON_OPTIONS, parseArguments, UsageError, type OptionTable } from './arguments.ts';
import type { Command } from './command.ts';
import { formatBytes } from './table.ts';

const OPTIONS = {
  to: { type: 'string', value: '<folder>', help: 'Where the file goes. Default: the folder you are in.' },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

const DATASETS = { cifar10: downloadCifar10 } as const;

/** The command `download`. */
export const download: Command = {
  name: 'download',
  summary: 'Fetch the archive of CIFAR-10, and check it.',
  usage: 'cifar10 [--to <folder>]',
  description: `Downloads the binary archive of CIFAR-10 from its authors' page (170 MB) and checks its checksum. A
download that was interrupted goes on where it stopped; a file that is there and right is used.`,
  options: OPTIONS,
  async run(argv, { workingFolder, progress, signal, print }) {
    const { values, positionals } = parseArguments(argv, OPTIONS, ['data set']);
    const name = positionals[0]!;
    if (!isDataset(name)) {
      throw new UsageError(
        `there is no data set "${name}" to download, only ${Object.keys(DATASETS).join(', ')}`,
      );
    }
    const folder = resolve(workingFolder, values.to ?? '.');
    const path = await runStage(`${name}: downloading`, 'bytes', progress, async (onProgress) => {
      const { path, fetched } = await DATASETS[name]({ folder, signal, onProgress });
      const line = fetched === 0 ? 'was there already' : `downloaded ${formatBytes(fetched)}`;
      return { result: path, line: `${name}: ${line}` };
    });
    print(path);
  },
};

function isDataset(name: string): name is keyof typeof DATASETS {
  return Object.hasOwn(DATASETS, name);
}
