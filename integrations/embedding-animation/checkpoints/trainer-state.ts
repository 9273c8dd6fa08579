/** The Trainer's own log: `log_history` of trainer_state.json. */
import { join } from 'node:path';
import { makeError } from '../errors.ts';
import { exists, openRegularFile } from '../files.ts';
import { isRecord, readJson } from '../formats/json.ts';
import { isCount } from './log-rows.ts';

/** What a trainer_state.json says, as it stands there. */
export interface TrainerLog {
  /** `log_history`; rows are told apart by their keys, and may be anything. */
  readonly rows: readonly unknown[];
  /** Steps between two training rows, where the file says so. */
  readonly loggingSteps: number | undefined;
  /** The step at which it was written, where the file says so. */
  readonly globalStep: number | undefined;
}

/** What the Trainer calls its log. */
export const TRAINER_STATE = 'trainer_state.json';

/** Bytes of a file's start in which the Trainer, which sorts keys, has written `global_step`. */
const HEAD_BYTES = 4096;
const GLOBAL_STEP = /"global_step"\s*:\s*(\d+)\s*,/;
const LOG_START = /"log_history"\s*:/;

/**
 * Reads a trainer_state.json.
 * @throws EmbeddingAnimationError `TrainerStateInvalid` when it is not one; its rows may be of any kind
 */
export async function readTrainerLog(path: string): Promise<TrainerLog> {
  const state = await readJson(path, 'TrainerStateInvalid');
  const rows = isRecord(state) ? state['log_history'] : undefined;
  if (!isRecord(state) || !Array.isArray(rows))
    throw makeError('TrainerStateInvalid', 'noHistory', undefined, { file: TRAINER_STATE });
  const { logging_steps: loggingSteps, global_step: globalStep } = state;
  return {
    rows,
    loggingSteps: isCount(loggingSteps) && loggingSteps > 0 ? loggingSteps : undefined,
    globalStep: isCount(globalStep) ? globalStep : undefined,
  };
}

/**
 * `global_step` of the trainer_state.json in `folder`; `undefined` where there is no such file, or it does not say.
 * A log that grows with the training is not read for it.
 * @throws EmbeddingAnimationError `TrainerStateInvalid`
 */
export async function readGlobalStep(folder: string): Promise<number | undefined> {
  const path = join(folder, TRAINER_STATE);
  if (!(await exists(path))) return undefined;
  const head = await readHead(path).catch(() => ''); // what is wrong with the file, reading it all says
  const [beforeLog = ''] = head.split(LOG_START, 1);
  const said = beforeLog === head ? undefined : GLOBAL_STEP.exec(beforeLog)?.[1];
  if (said !== undefined && isCount(Number(said))) return Number(said);
  const state = await readJson(path, 'TrainerStateInvalid');
  const step = isRecord(state) ? state['global_step'] : undefined;
  return isCount(step) ? step : undefined;
}

async function readHead(path: string): Promise<string> {
  const file = await openRegularFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
