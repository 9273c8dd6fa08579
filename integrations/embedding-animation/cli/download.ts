/** `download`: public data sets, checked. */
import { resolve } from 'node:path';
import { downloadCifar10 } from '../dataset/index.ts';
import { runStage } from '../progress.ts';
import type { CommandWork } from './help.ts';
import type { COMMANDS } from './commands.ts';
import type { DownloadResult } from './results.ts';
import { formatBytes } from './text.ts';

/** Does `download`. CIFAR-10 is the only choice that the table has. */
export const download: CommandWork<typeof COMMANDS.download.options> = async (
  { values, positionals },
  { workingFolder, progress, signal },
) => {
  const dataset = positionals[0]!;
  const folder = resolve(workingFolder, values.to ?? '.');
  const json = await runStage(`${dataset}: downloading`, 'bytes', progress, async (onProgress) => {
    const { path, fetched } = await downloadCifar10({ folder, signal, onProgress });
    const line = fetched === 0 ? 'was there already' : `downloaded ${formatBytes(fetched)}`;
    const result: DownloadResult = { dataset, path, downloaded: fetched };
    return { result, line: `${dataset}: ${line}` };
  });
  return { lines: [json.path], json };
};
