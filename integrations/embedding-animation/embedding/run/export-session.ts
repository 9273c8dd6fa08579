/** transformers.js as one function: loads an ONNX export and runs it. Imported by worker threads only, when needed. */
import { basename, dirname } from 'node:path';
import { AutoModel, env, LogLevel, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import { makeError } from '../../errors.ts';
import { MODEL_CONFIG } from '../../formats/model-files.ts';
import { poolOutputs, type ModelOutput, type ModelOutputs, type Pooling } from '../pooling.ts';
import type { Session } from './graph-session.ts';
import type { WorkingDevice } from './runtimes.ts';

/** An export and how it is run. */
export interface ExportToRun {
  readonly kind: 'export';
  /** Absolute path of the checkpoint. */
  readonly folder: string;
  /** Path of the model below it, such as `onnx/model_fp16.onnx`. */
  readonly file: string;
  readonly pooling: Pooling;
  /** Tokens of an image before those of its patches. */
  readonly prefixTokens: number;
  /** Value of each 8-bit value in each channel, `[3 × 256]`. */
  readonly normalization: Float32Array;
  /** Width of an embedding; `undefined` where that is what is to be found out. */
  readonly hiddenSize: number | undefined;
  /** Classes of its output `logits`, which then stand behind each embedding; `undefined` where they are not asked for. */
  readonly classes: number | undefined;
}

/** What transformers.js keeps of a loaded model; its own types leave it out. */
interface LoadedSession {
  readonly inputMetadata?: readonly {
    readonly name: string;
    readonly type?: string;
    readonly shape?: readonly (number | string)[];
  }[];
}

const INPUT = 'pixel_values';
const LOGITS = 'logits';

/**
 * Loads the export on `device`, for batches of `shape`, `[batch, 3, height, width]`. Nothing is downloaded. A row of what
 * it gives is an embedding, with the image's logits behind it where those are asked for.
 */
export async function openExportSession(
  model: ExportToRun,
  device: WorkingDevice,
  shape: readonly number[],
): Promise<Session> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model.folder);
  env.logLevel = LogLevel.NONE; // errors are thrown
  const loaded = await AutoModel.from_pretrained(basename(model.folder), {
    local_files_only: true,
    subfolder: dirname(model.file),
    model_file_name: basename(model.file, '.onnx'),
    dtype: 'fp32', // the file's name has its suffix already
    device,
    session_options: {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 4,
    },
  });
  const { type, batch } = describeInput(loaded, shape);
  const imageLength = shape.slice(1).reduce((product, size) => product * size, 1);
  return {
    async run(pixels) {
      const images = pixels.length / imageLength;
      let rows = new Float32Array();
      for (let first = 0; first < images; first += batch) {
        const values = new Float32Array(batch * imageLength);
        const last = Math.min(first + batch, images);
        normalize(
          pixels.subarray(first * imageLength, last * imageLength),
          model.normalization,
          imageLength / 3,
          values,
        );
        const input = new Tensor('float32', values, [batch, ...shape.slice(1)]);
        const outputs = await runModel(loaded, type === 'float16' ? input.to('float16') : input);
        const pooled = poolOutputs(outputs, model.pooling, model.prefixTokens);
        const { data, width } = addLogits(checkWidth(pooled, model.hiddenSize), outputs, model.classes);
        if (rows.length === 0) rows = new Float32Array(images * width);
        rows.set(data.subarray(0, (last - first) * width), first * width);
      }
      return rows;
    },
    async close() {
      await loaded.dispose();
    },
  };
}

/** An export may have been made for one batch size, or for 16-bit pixels. */
function describeInput(
  loaded: PreTrainedModel,
  shape: readonly number[],
): { readonly type: string; readonly batch: number } {
  const sessions = loaded.sessions as Readonly<Record<string, LoadedSession | undefined>>; // onnxruntime's own objects
  const input = sessions['model']?.inputMetadata?.find(({ name }) => name === INPUT);
  const first = input?.shape?.[0];
  return {
    type: input?.type ?? 'float32',
    batch: typeof first === 'number' && first > 0 ? first : shape[0]!,
  };
}

async function runModel(loaded: PreTrainedModel, input: Tensor): Promise<ModelOutputs> {
  const outputs = (await loaded({ [INPUT]: input })) as Readonly<Record<string, unknown>>; // by name, as exported
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      output instanceof Tensor ? toFloats(output) : undefined,
    ]),
  );
}

function toFloats(output: Tensor): ModelOutput | undefined {
  const { data } = output.type === 'float16' ? output.to('float32') : output;
  return data instanceof Float32Array ? { dims: output.dims, data } : undefined;
}

/** 8-bit planes to the values the model was trained on. */
function normalize(pixels: Uint8Array, table: Float32Array, area: number, values: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const channel = Math.floor(i / area) % 3;
    values[i] = table[channel * 256 + pixels[i]!]!;
  }
}

/** Rows of numbers, one an image. */
interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

/** Puts the logits of each image behind its embedding. */
function addLogits({ data, width }: Rows, outputs: ModelOutputs, classes: number | undefined): Rows {
  if (classes === undefined) return { data, width };
  const logits = outputs[LOGITS];
  const [images = 0, given = 0] = logits?.dims ?? [];
  if (logits === undefined || given !== classes)
    throw makeError('ConfigInvalid', 'classes', { said: classes, given }, { file: MODEL_CONFIG });
  const joined = new Float32Array(images * (width + classes));
  for (let image = 0; image < images; image++) {
    const start = image * (width + classes);
    joined.set(data.subarray(image * width, (image + 1) * width), start);
    joined.set(logits.data.subarray(image * classes, (image + 1) * classes), start + width);
  }
  return { data: joined, width: width + classes };
}

function checkWidth({ dims, data }: ModelOutput, hiddenSize: number | undefined): Rows {
  const [, width = 0] = dims;
  if (hiddenSize === undefined || width === hiddenSize) return { data, width };
  const facts = { said: hiddenSize, width };
  throw makeError('ConfigInvalid', 'hiddenSize', facts, { file: MODEL_CONFIG });
}
