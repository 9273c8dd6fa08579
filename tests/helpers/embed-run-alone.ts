/** Run by Node.js itself: embeds the run in the folder it is given and prints the size of each matrix. */
import { embedCheckpoints } from '../../integrations/embedding-animation/stages/embed.ts';
import { openContext, openCountedRun } from './embed-run.ts';

const [folder = ''] = process.argv.slice(2);
const { source } = await openCountedRun(folder);
for (const { load } of await embedCheckpoints(source, openContext(`${folder}-cache`))) {
  const { rows, cols } = await load();
  console.log(`${rows}x${cols}`);
}
