/** The door of the checkpoints room: runs, their Trainer folders and histories. */
export type { TrainerRunOptions } from './open-checkpoint.ts';
export { findRuns, readRunFile, RUN_FILE, type RunFolder } from './run-file.ts';
export {
  hasModelFiles,
  readPartialTrainerRun,
  readTrainerRun,
  type PartialCheckpoint,
  type PartialTrainerRun,
} from './trainer-run.ts';
