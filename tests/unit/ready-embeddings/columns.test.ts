/** Which columns are the embedding, in files as pandas, pyarrow and torch write them. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { noteUnusedColumns } from '../../../integrations/embedding-animation/checkpoints/notices.ts';
import {
  openReadyEmbeddings,
  READY_FILES,
} from '../../../integrations/embedding-animation/ready-embeddings/index.ts';
import { catchError } from '../../helpers/catch-error.ts';

/** The matrix of tests/golden/make-embedding-columns.py. */
const MATRIX = Float32Array.from({ length: 30 }, (_, i) => i * 0.375 - 4);

function open(name: string, column?: string) {
  const path = fileURLToPath(new URL(`../../golden/embedding-columns/${name}`, import.meta.url));
  return openReadyEmbeddings(path, {}, column);
}

async function read(name: string, column?: string): Promise<Float32Array> {
  return (await (await open(name, column)).read()).data;
}

describe('the columns of embedding.parquet', () => {
  it.each([
    ['features-and-confidence', ['confidence', 'label']],
    ['float-index', ['score']],
    ['float-index-without-name', ['__index_level_0__']],
    ['numbered-index', ['dim_5']],
    ['list-and-float-index', ['score']],
    ['score', ['id', 'score', 'f1']],
    ['from-one', []],
    ['zeros-in-names', []],
    ['other-order', []],
    ['token-ids', ['input_ids', 'score']],
    ['fixed-list', ['id']],
    ['half', ['score']],
    ...['large-list', 'in-structure', 'streams', 'version-2', 'version-2-plain', 'pages', 'required'].map(
      (name): [string, string[]] => [name, []],
    ),
  ])('are certain in %s.parquet', async (name, unused) => {
    expect(await read(`${name}.parquet`)).toEqual(MATRIX);
    expect((await open(`${name}.parquet`)).unused).toEqual(unused);
  });

  it('may be lists of whole numbers, where they are called embedding', async () => {
    expect(await read('delta.parquet')).toEqual(MATRIX.map((value) => Math.trunc(value * 8)));
  });

  it.each([
    ['two-families', 'does not show which of its columns are the embeddings: "dim_0", "dim_1"'],
    ['gap', 'does not show which of its columns are the embeddings: "dim_0", "dim_1", "dim_3", "dim_4"'],
    ['only-words', 'does not show which of its columns are the embeddings: "a", "b", "c", "d", "e"'],
    ['two-lists', 'does not show which of its columns are the embeddings: "image", "text"'],
    ['both-names', 'does not show which of its columns are the embeddings: "embedding", "embeddings"'],
    ['bytes', 'the column "embedding" does not hold lists of numbers'],
    ['whole-numbers', 'nor columns of floating-point numbers; its columns: features'],
    ['whole-columns', 'nor columns of floating-point numbers; its columns: dim_0, dim_1, dim_2'],
    ['lists-of-lists', 'nor columns of floating-point numbers; its columns: features'],
  ])('are not guessed in %s.parquet', async (name, problem) => {
    const error = await catchError('EmbeddingsInvalid', () => open(`${name}.parquet`));
    expect(error.problem).toContain(problem);
    if (problem.includes('not show')) expect(error.hint).toContain('"column" under "embedding" in run.yaml');
  });

  it('are those that run.yaml names', async () => {
    expect(await read('two-lists.parquet', 'image')).toEqual(MATRIX);
    expect(await read('both-names.parquet', 'embeddings')).toEqual(MATRIX.map((value) => value + 1));
    expect(await read('two-families.parquet', 'prob_*')).toEqual(MATRIX);
    expect(await read('float-index.parquet', '*')).toEqual(MATRIX);
    expect(await read('whole-numbers.parquet', 'features')).toHaveLength(18);
    expect(await read('whole-columns.parquet', 'dim_*')).toHaveLength(18);
  });

  it.each([
    ['two-lists', 'audio', 'has no column "audio"'],
    ['gap', 'dim_*', 'has no column "dim_*", nor numbers called so and numbered through'],
    ['score', 'score', 'the column "score" does not hold lists of numbers'],
    ['score', 'id', 'the column "id" does not hold lists of numbers'],
  ])('of %s.parquet are not "%s"', async (name, column, problem) => {
    const error = await catchError('EmbeddingsInvalid', () => open(`${name}.parquet`, column));
    expect(error.problem).toContain(problem);
  });

  it('decide the key of what is made from them where the file alone does not', async () => {
    expect((await open('from-one.parquet')).choice).toBeUndefined();
    expect((await open('version-2.parquet')).choice).toBeUndefined();
    expect((await open('list-and-float-index.parquet')).choice).toEqual(['vector']);
    expect((await open('two-lists.parquet', 'text')).choice).toEqual(['text']);
    expect((await open('other-order.parquet')).choice).toEqual(['dim_0', 'dim_1', 'dim_2', 'dim_3', 'dim_4']);
  });
});

describe('the tensors of embedding.safetensors', () => {
  it.each([
    ['features-and-labels', ['labels']],
    ['vector-and-matrix', ['embedding']],
  ])('are certain in %s.safetensors', async (name, unused) => {
    expect(await read(`${name}.safetensors`)).toEqual(MATRIX);
    expect((await open(`${name}.safetensors`)).unused).toEqual(unused);
  });

  it.each(['two', 'both-names'])('are not guessed in %s.safetensors', async (name) => {
    const error = await catchError('EmbeddingsInvalid', () => open(`${name}.safetensors`));
    expect(error.problem).toContain('not exactly one matrix');
    expect(error.hint).toContain('"column" under "embedding" in run.yaml');
  });

  it('are those that run.yaml names', async () => {
    expect(await read('two.safetensors', 'image')).toEqual(MATRIX);
    expect((await open('two.safetensors', 'image')).choice).toEqual(['image']);
    const error = await catchError('EmbeddingsInvalid', () => open('two.safetensors', 'audio'));
    expect(error.problem).toBe('has no tensor "audio"; its tensors: image, text');
  });
});

it('columns that are left aside are said once for all checkpoints', async () => {
  const files = ['score.parquet', 'features-and-confidence.parquet', 'score.parquet'];
  const checkpoints = await Promise.all(files.map((file) => open(file)));
  const [notice, ...others] = noteUnusedColumns(checkpoints);
  expect(others).toEqual([]);
  expect(notice).toMatchObject({
    name: 'EmbeddingColumnsNotUsed',
    items: ['id', 'score', 'f1', 'confidence', 'label'],
  });
});

it('files of ready embeddings are looked for in this order', () => {
  expect(READY_FILES).toEqual(['embedding.safetensors', 'embedding.npy', 'embedding.parquet']);
});
