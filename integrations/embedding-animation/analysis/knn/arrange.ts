/** What a search by products needs to know before it starts. */
import type { Matrix } from '../../contracts.ts';
import { drawBoxes, type Boxes } from './boxes.ts';
import type { Points } from './scaled-rows.ts';
import { orderBySpace } from './kd-order.ts';
import { HEIGHT } from './blocks.ts';
import { areSketchesTight } from './plan.ts';

/** How the rows lie. */
export interface Arrangement {
  /** Which row lies at a place: rows of a tile lie close together. */
  readonly order: Int32Array;
  /** Around each tile's sketches. */
  readonly boxes: Boxes;
  /** Whether sketches bound distances well enough: otherwise whole rows have to be multiplied. */
  readonly areTight: boolean;
}

/** Looks at sketches `[n × w]`. */
export function arrange({
  points,
  sketches,
  k,
}: {
  readonly points: Points;
  readonly sketches: Matrix<Float32Array>;
  readonly k: number;
}): Arrangement {
  const order = orderBySpace(sketches, HEIGHT);
  return { order, boxes: drawBoxes(sketches, order), areTight: areSketchesTight(points, sketches, k) };
}
