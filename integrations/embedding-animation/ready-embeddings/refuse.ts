import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';

/** The error for a file that holds no embeddings as they are wanted. */
export function embeddingsInvalid(
  problem: string,
  place: ErrorPlace,
  cause?: unknown,
): EmbeddingAnimationError {
  return new EmbeddingAnimationError('EmbeddingsInvalid', {
    ...place,
    problem,
    hint: 'Store one matrix of float16, float32 or float64 with a row for each image of the evaluation set, in its order: save_file({"embedding": x}, …) of safetensors or numpy.save(…).',
    cause,
  });
}
