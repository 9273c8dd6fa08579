/** A process that waits for one that never ends, for tests that kill it. */
import { openEndableProcess } from '../../integrations/embedding-animation/threads/endable-process.ts';

const url = new URL('./endable-worker.ts', import.meta.url);
await openEndableProcess(url, 64).run('loop', 600_000);
