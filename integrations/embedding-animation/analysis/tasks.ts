/** What threads can be asked to do. */
import { measureAllPairs } from './knn/brute-force.ts';
import { findCandidates } from './knn/block-filter.ts';
import { packBlocks } from './knn/blocks.ts';
import { projectRows } from './knn/lower-bounds.ts';
import { planSearch } from './knn/plan.ts';
import { findBasis } from './knn/range-finder.ts';
import { refineCandidates } from './knn/refine.ts';
import { findUnitScales } from './knn/scaled-rows.ts';
import type { Gemm } from './linalg/gemm.ts';
import { gramMatrix } from './linalg/matrix.ts';
import {
  centreRows,
  formScatter,
  multiplyMatrix,
  multiplyRangeByScatter,
  sumColumns,
  transformRows,
} from './pca/row-tasks.ts';
import { compareNeighbourhoods } from './quality/compare-neighbourhoods.ts';
import { countNearer } from './quality/count-nearer.ts';

/** Loads onnxruntime when it is first needed. */
export type OpenGemm = () => Promise<Gemm>;

/** Each takes one input, which is copied from the thread that asks, but for shared memory. */
export const TASKS = {
  hasNativeGemm: async (_: undefined, open: OpenGemm) => (await open()).isNative,
  // nearest neighbours
  findUnitScales,
  measureAllPairs,
  findBasis: withGemm(findBasis),
  projectRows: withGemm(projectRows),
  planSearch,
  packBlocks: withGemm(packBlocks),
  findCandidates: withGemm(findCandidates),
  refineCandidates: withGemm(refineCandidates),
  // principal components
  sumColumns,
  centreRows,
  multiplyRangeByScatter: withNativeGemm(multiplyRangeByScatter),
  formScatter: withNativeGemm(formScatter),
  multiplyMatrix: withGemm(multiplyMatrix),
  transformRows: withNativeGemm(transformRows),
  gramMatrix,
  // quality of maps
  compareNeighbourhoods,
  countNearer: withGemm(countNearer),
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;

/** Does a task on this thread. */
export async function runTask<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  open: OpenGemm,
): Promise<TaskOutput<Name>> {
  // TypeScript can't see that one name gives both the function and its input.
  const task = TASKS[name] as (
    input: TaskInput<Name>,
    open: OpenGemm,
  ) => TaskOutput<Name> | Promise<TaskOutput<Name>>;
  return task(input, open);
}

/** A task that gives the same with any gemm. */
function withGemm<Input, Output>(
  task: (input: Input, gemm: Gemm) => Promise<Output>,
): (input: Input, open: OpenGemm) => Promise<Output> {
  return async (input, open) => task(input, await open());
}

/** A task that rounds otherwise with onnxruntime than without, and uses it if its input says so. */
function withNativeGemm<Input extends { readonly isNative: boolean }, Output>(
  task: (input: Input, gemm: Gemm | undefined) => Promise<Output>,
): (input: Input, open: OpenGemm) => Promise<Output> {
  return async (input, open) => {
    if (!input.isNative) return task(input, undefined);
    const gemm = await open();
    if (!gemm.isNative) throw new Error('onnxruntime-node can not be loaded in this thread');
    return task(input, gemm);
  };
}
