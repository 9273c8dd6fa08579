/** The door of the checkpoints room: runs, their Trainer folders and histories. */
export { hasModelFiles } from './presence.ts';
export { findRuns, readRunFile, type RunFolder } from './run-file.ts';
export { surveyTrainerRun, type SurveyedCheckpoint, type TrainerSurvey } from './trainer-run.ts';
export { readTrainerRun, type TrainerRunOptions } from './open-checkpoint.ts';
