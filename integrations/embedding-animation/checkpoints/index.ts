/** The door of the checkpoints room: runs, their Trainer folders and histories. */
export { findRuns, readRunFile, type RunFolder } from './run-file.ts';
export { readTrainerRun, type TrainerRunOptions } from './trainer-folder.ts';
