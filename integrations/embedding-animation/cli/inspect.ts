/** `inspect`: what is there of a run, what a build would compute, and how long it would take. */
import type { CommandWork } from './help.ts';
import type { COMMANDS } from './commands.ts';
import { describeInspection, summariseInspection } from './inspect/describe.ts';
import { inspectRun } from './inspect/inspection.ts';
import { openWorkplace } from './run-location.ts';

/** Does `inspect`. */
export const inspect: CommandWork<typeof COMMANDS.inspect.options> = async (given, environment) => {
  const inspection = await inspectRun(await openWorkplace(given, environment), given.values);
  environment.signal.throwIfAborted();
  return {
    lines: describeInspection(inspection, environment.columns),
    json: summariseInspection(inspection),
    hasProblems: !inspection.isUsable,
  };
};
