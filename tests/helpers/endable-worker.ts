/** Work of every kind that foreign bytes may cause, for tests of processes that can be ended. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { serveEndable } from '../../integrations/embedding-animation/threads/endable-process.ts';

/** What is to be done. */
export type Work = 'answer' | 'loop' | 'wait' | 'take memory' | 'throw' | 'reject later' | 'abort';

const { ENDABLE_PID_FILE } = process.env;
if (ENDABLE_PID_FILE !== undefined) writeFileSync(ENDABLE_PID_FILE, String(process.pid));

serveEndable(async (work: Work): Promise<{ readonly numbers: Float64Array }> => {
  if (work === 'loop') for (;;);
  if (work === 'abort') process.abort();
  if (work === 'wait') await delay(60_000);
  if (work === 'throw') throw new RangeError('the page is wrong');
  if (work === 'reject later') void delay(1).then(() => Promise.reject(new Error('nobody waits for this')));
  const kept: string[][] = [];
  while (work === 'take memory') kept.push(Array.from({ length: 10_000 }, (_, i) => `${kept.length}-${i}`));
  return { numbers: Float64Array.of(1, 2, 3) };
});
