/** The door of the checkpoints room: runs, their Trainer folders and histories. */
export { hasModelFiles } from './presence.ts';
export { findRuns, readRunFile, RUN_FILE, type RunFolder } from './run-file.ts';
export { surveyTrainerRun, type SurveyedCheckpoint, type TrainerSurvey } from './survey.ts';
export { readTrainerRun, type TrainerRunOptions } from './trainer-folder.ts';
