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
  const found = beforeLog === head ? undefined : GLOBAL_STEP.exec(beforeLog)?.[1];
  if (found !== undefined && isCount(Number(found))) return Number(found);
  const state = await readJson(path, 'TrainerStateInvalid');
  const step = isRecord(state) ? state['global_step'] : undefined;
  return isCount(step) ? step : undefined;
}

async function readHead(path: string): Promise<string> {
  return withFile(path, async (read) => (await read(0, HEAD_BYTES)).toString('latin1'));
}

// --- logs as text: those of one training are beginnings of each other, byte by byte

/** Bytes compared at the beginning and at the end of a log: what lies between rows that agree agrees too. */
const EDGE_BYTES = 65_536;
const ROWS_START = /"log_history"\s*:\s*\[/;
/** The end of the list, with the key that the Trainer, which sorts them, writes next. */
const ROWS_END = /\}\s*\](?=\s*,\s*"(?:logging_steps|max_steps)"\s*:)/;

/** A file's log: where its list begins, and where its last row ends. */
export interface LogText {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Where the log of the trainer_state.json at `path` lies in it; `undefined` where the file is written in another way. */
export async function openLogText(path: string): Promise<LogText | undefined> {
  return withFile(path, async (read, size) => {
    const head = (await read(0, Math.min(size, EDGE_BYTES))).toString('latin1');
    const start = ROWS_START.exec(head);
    const tailStart = Math.max(0, size - EDGE_BYTES);
    const tail = (await read(tailStart, size - tailStart)).toString('latin1');
    const end = ROWS_END.exec(tail);
    if (start === null || end === null) return undefined;
    const text = { path, start: start.index + start[0].length, end: tailStart + end.index + 1 };
    return text.start < text.end ? text : undefined;
  });
}

/** Whether the log at `path` is a beginning of `whole`, as far as its own beginning and end tell. */
export async function beginsWith(whole: LogText, path: string): Promise<boolean> {
  const part = await openLogText(path);
  if (part === undefined || part.end - part.start > whole.end - whole.start) return false;
  const length = part.end - part.start;
  const edges =
    length <= 2 * EDGE_BYTES
      ? [[0, length]]
      : [
          [0, EDGE_BYTES],
          [length - EDGE_BYTES, length],
        ];
  for (const [from = 0, to = 0] of edges) {
    const [one, other] = await Promise.all(
      [part, whole].map((log) => withFile(log.path, (read) => read(log.start + from, to - from))),
    );
    if (one?.equals(other ?? Buffer.alloc(0)) !== true) return false;
  }
  return true;
}

type Read = (from: number, length: number) => Promise<Buffer>;

async function withFile<T>(path: string, use: (read: Read, size: number) => Promise<T>): Promise<T> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const read: Read = async (from, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    };
    return await use(read, size);
  } finally {
    await file.close();
  }
}
