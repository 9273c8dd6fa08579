/** What threads can be asked to do. */
import { arrange } from './knn/arrange.ts';
import { centreRows, sumColumns } from './pca/centring.ts';
import { gramMatrix } from './linalg/matrix.ts';
import { layTiles } from './knn/lay-tiles.ts';
import { findNearestByShadows } from './knn/brute-force.ts';
import { findUnitScales } from './knn/scaled-rows.ts';
import type { Products } from './linalg/gemm.ts';
import { findRoughAxes } from './knn/range-finder.ts';
import { scanPairs } from './knn/scan.ts';
import { formScatter, multiplyByMatrix, multiplyScatter, projectRows } from './pca/row-tasks.ts';
import { settleRows } from './knn/refine.ts';
import { sketchRows } from './knn/lower-bounds.ts';

/** Loads the library for products when it is first needed; `undefined` where there is none. */
export type OpenLibrary = () => Promise<Products | undefined>;

/** Each takes one input, which is copied from the thread that asks, but for shared memory. */
export const TASKS = {
  hasProducts: async (_: undefined, open: OpenLibrary) => (await open()) !== undefined,
  findUnitScales,
  findNearestByShadows,
  findRoughAxes: withProducts(findRoughAxes),
  sketchRows: withProducts(sketchRows),
  arrange,
  layTiles: withProducts(layTiles),
  scanPairs: withProducts(scanPairs),
  settleRows: withProducts(settleRows),
  sumColumns,
  centreRows,
  multiplyScatter: withChoice(multiplyScatter),
  formScatter: withChoice(formScatter),
  multiplyByMatrix: withProducts(multiplyByMatrix),
  projectRows: withChoice(projectRows),
  gramMatrix,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;

/** Does a task on this thread. */
export async function runTask<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  open: OpenLibrary,
): Promise<TaskOutput<Name>> {
  // TypeScript can't see that one name gives both the function and its input.
  const task = TASKS[name] as (
    input: TaskInput<Name>,
    open: OpenLibrary,
  ) => TaskOutput<Name> | Promise<TaskOutput<Name>>;
  return task(input, open);
}

/** A task that needs the library. */
function withProducts<Input, Output>(
  task: (input: Input, products: Products) => Promise<Output>,
): (input: Input, open: OpenLibrary) => Promise<Output> {
  return async (input, open) => task(input, await openOrFail(open));
}

/** A task that needs the library if its input says so. */
function withChoice<Input extends { readonly byLibrary: boolean }, Output>(
  task: (input: Input, products: Products | undefined) => Promise<Output>,
): (input: Input, open: OpenLibrary) => Promise<Output> {
  return async (input, open) => task(input, input.byLibrary ? await openOrFail(open) : undefined);
}

async function openOrFail(open: OpenLibrary): Promise<Products> {
  const products = await open();
  if (products === undefined) throw new Error('onnxruntime-node can not be loaded in this thread');
  return products;
}
