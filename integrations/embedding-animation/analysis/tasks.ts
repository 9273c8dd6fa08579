/** What threads can be asked to do. */
import { arrange } from './neighbours/arrange.ts';
import { centreRows, sumColumns } from './components/centring.ts';
import { gramMatrix } from './algebra/dense.ts';
import { layTiles } from './neighbours/lay-tiles.ts';
import { findNearestByShadows } from './neighbours/nearest-by-shadows.ts';
import { findUnitScales } from './neighbours/points.ts';
import type { Products } from './algebra/products.ts';
import { findRoughAxes } from './neighbours/rough-axes.ts';
import { scanPairs } from './neighbours/scan.ts';
import { formScatter, multiplyByMatrix, multiplyScatter, projectRows } from './components/scatter-tasks.ts';
import { settleRows } from './neighbours/settle.ts';
import { sketchRows } from './neighbours/sketches.ts';

/** Each takes one input, which is copied from the thread that asks, but for shared memory. */
export const TASKS = {
  hasProducts: (_: undefined, products: Products | undefined) => products !== undefined,
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
  multiplyScatter,
  formScatter,
  multiplyByMatrix: withProducts(multiplyByMatrix),
  projectRows,
  gramMatrix,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;

/** Does a task on this thread. */
export async function runTask<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  products: Products | undefined,
): Promise<TaskOutput<Name>> {
  // TypeScript can't see that one name gives both the function and its input.
  const task = TASKS[name] as (
    input: TaskInput<Name>,
    products: Products | undefined,
  ) => TaskOutput<Name> | Promise<TaskOutput<Name>>;
  return task(input, products);
}

function withProducts<Input, Output>(
  task: (input: Input, products: Products) => Output,
): (input: Input, products: Products | undefined) => Output {
  return (input, products) => {
    if (products === undefined) throw new Error('this task needs onnxruntime-node');
    return task(input, products);
  };
}
