/**
 * Stops threads in the middle of their work: `node stop-analysis.ts close|exit <ms>` starts an analysis and, that
 * long after it began, closes its pool or exits with 7.
 */
import { openAnalysisPool } from '../../integrations/embedding-animation/analysis/index.ts';
import { analyseEmbeddings } from './analysis.ts';
import { seededRandom } from './make-run.ts';

const [way, wait] = process.argv.slice(2);
const [rows, cols] = [1500, 384];
const random = seededRandom(3);
const data = new Float32Array(rows * cols).map(() => random() - 0.5);
const pool = openAnalysisPool(2);
// New tasks follow the old ones: the threads are at work whenever they are stopped.
const endless = Array.from({ length: 2 }, async () => {
  for (;;) await analyseEmbeddings(pool, { rows, cols, data });
});
await new Promise((resolve) => setTimeout(resolve, Number(wait)));
if (way === 'exit') process.exit(7);
const ends = Promise.allSettled(endless);
await pool.close();
for (const end of await ends) if (end.status === 'rejected') console.log((end.reason as Error).name);
