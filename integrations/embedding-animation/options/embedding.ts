/** How embeddings are made. */
import { z } from 'zod';

/** What a run says of its embeddings. */
export const embeddingSchema = z.strictObject({
  /**
   * What a checkpoint's embeddings are made from. `weights`: its safetensors files; `onnx`: its ONNX export;
   * `stored`: `embedding.safetensors`, `.npy` or `.parquet` beside it; `auto`: the first of these that is there,
   * leaving out weights of an architecture that can't be built.
   * @default 'auto'
   */
  from: z.enum(['auto', 'weights', 'onnx', 'stored']).default('auto'),
  /**
   * How an image's tokens become one embedding: the first token, the mean of all, or what the model's own pooler
   * makes of them.
   * @default what the model was trained for; `cls` for an ONNX export
   */
  pooling: z.enum(['cls', 'mean', 'pooler']).optional(),
  /**
   * Which ONNX export is taken, by the names of transformers.js. `auto` takes the most exact one that is there.
   * Weights in safetensors files are always computed with in float32.
   * @default 'auto'
   */
  dtype: z.enum(['auto', 'fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4']).default('auto'),
  /**
   * Which column of `embedding.parquet` holds the embeddings as lists, or which tensor of `embedding.safetensors` does.
   * `dim_*` stands for columns of numbers, one a dimension: `dim_0`, `dim_1` and so on.
   * @default what surely does: `embedding` or `embeddings`, the only lists of floats, floats that are called alike and
   * numbered through; the only matrix of floats in a safetensors file
   */
  column: z.string().min(1).optional(),
});

/** What computes: the processor, a graphics card by one of onnxruntime's ways to it, or the best that works. */
export const deviceSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

export type EmbeddingOptions = z.output<typeof embeddingSchema>;
export type Dtype = EmbeddingOptions['dtype'];
export type Device = z.output<typeof deviceSchema>;
