/** Names of files with ready embeddings in a checkpoint's folder; the first that is there counts. */
export const READY_FILES = ['embedding.safetensors', 'embedding.npy', 'embedding.parquet'] as const;
