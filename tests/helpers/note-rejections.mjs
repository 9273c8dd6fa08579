// Preloaded with NODE_OPTIONS=--import: notes rejections that nobody waits for, in every thread of the process.
import { appendFileSync } from 'node:fs';

process.on('unhandledRejection', (reason) => {
  appendFileSync(process.env.REJECTIONS_FILE, `${reason instanceof Error ? reason.stack : String(reason)}\n`);
});
