/** The door of the checkpoints room: runs, their Trainer folders and histories. */
export {
  hasModelFiles,
  surveyTrainerRun,
  type SurveyedCheckpoint,
  type TrainerSurvey,
} from './trainer-run.ts';
export { findRuns, readRunFile, type RunFolder } from './run-file.ts';
export { readTrainerRun, type TrainerRunOptions } from './open-checkpoint.ts';
