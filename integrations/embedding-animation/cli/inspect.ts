/** `inspect`: what is there of a run, what a build would compute, and how long it would take. */
import { COMMON_OPTIONS, parseArguments, type OptionTable } from './arguments.ts';
import type { Command } from './command.ts';
import { describeInspection, summariseInspection } from './describe-inspection.ts';
import { inspectRun } from './inspection.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from './workspace.ts';

const OPTIONS = {
  json: { type: 'boolean', help: 'Print JSON.' },
  ...WORKSPACE_OPTIONS,
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

/** The command `inspect`. */
export const inspect: Command = {
  name: 'inspect',
  summary: 'Say what is there, what would be computed and how long it would take.',
  usage: '<run folder>',
  description: `Lists the checkpoints of a run, its data set, history and pack, and what of its results is in the
cache. Times are measured here and now: the run's own model embeds a few of its images, and as
many points as it has are analysed and drawn. Nothing is written.`,
  options: OPTIONS,
  async run(argv, environment) {
    const { values, positionals } = parseArguments(argv, OPTIONS, ['run folder']);
    const workspace = await openWorkspace(positionals[0]!, values, environment);
    const inspection = await inspectRun(workspace);
    environment.signal.throwIfAborted();
    if (values.json === true)
      environment.print(JSON.stringify(summariseInspection(inspection), undefined, 2));
    else for (const line of describeInspection(inspection)) environment.print(line);
  },
};
