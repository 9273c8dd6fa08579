/** Generalized Procrustes analysis (Gower 1975): all frames of a map aligned to their mean shape. */
import {
  fitOrthogonal,
  fitReflection,
  fitRotation,
  frobeniusNorm,
  isReflection,
  multiplyMaps,
  type Matrix2,
  type PlanarMap,
} from './procrustes.ts';

/** No factor or entry of a rotation changes by more than this any more: the residual changes by its square. */
const TOLERANCE = 1e-12;

/**
 * Share by which mirroring must fit better, or not mirroring, for a map to change over: on a line both fit alike, and
 * rounding would decide anew in each round.
 */
const CHANGE_OVER = 1e-9;

/** Most rounds. Maps that fit in two ways almost alike may come that far; the residual fell in each of them. */
const MOST_ROUNDS = 2000;

/** What may be done to a map so that it fits. */
export interface FitOptions {
  readonly scaling: boolean;
  readonly reflection: boolean;
}

/** What is done to one centred map: `scale · (map · matrix)`. */
export interface ShapeTransform {
  readonly matrix: Matrix2;
  readonly scale: number;
  /** Of the map's last fit onto the others, as in `Alignment`. */
  readonly mirrorGap: number | undefined;
}

/** Maps aligned to their mean shape. */
export interface GeneralizedFit {
  /** One for each map. */
  readonly transforms: readonly ShapeTransform[];
  /** Share of the sum of squares of all maps that lies off the mean shape, 0 … 1: at the start, and after each round. */
  readonly residuals: readonly number[];
}

/**
 * Turns and, where allowed, mirrors and scales maps so that Σ‖Aᵢ − G‖² becomes least, G being the mean of the maps Aᵢ as
 * they then lie (Gower, Generalized Procrustes analysis, Psychometrika 40, 1975). Scales keep Σ‖Aᵢ‖².
 *
 * It starts from each map aligned to the last, so that a map that is a mirror image has been mirrored before the mean is
 * taken. In each round every map in turn is aligned to the sum of the others: with a map's own share in what it is
 * aligned to, as Gower has it, it would hold back its own turn (ten Berge, Orthogonal Procrustes rotation for two or more
 * matrices, Psychometrika 42, 1977). The best scales are the leading eigenvector of the matrix of all tr(YᵢᵀYⱼ), Y being
 * the turned maps with unit norm (ten Berge 1977); a round takes one step of the power method towards it. Neither can
 * make the residual rise. All that is needed of the maps are the 2 × 2 products XᵢᵀXⱼ.
 *
 * Maps whose points all coincide take no part: they are no shapes. The mean's orientation is arbitrary; turn the result.
 * @param maps centred, `[n × 2]` with the same n
 */
export function alignGeneralized(
  maps: readonly PlanarMap[],
  { scaling, reflection }: FitOptions,
): GeneralizedFit {
  const norms = maps.map(frobeniusNorm);
  const shapes = maps.flatMap((map, at) => (norms[at] === 0 ? [] : [scaleMap(map, 1 / norms[at]!)]));
  const sizes = norms.filter((size) => size !== 0);
  const products = multiplyAll(shapes);
  const state = startFromLast(products, sizes, reflection);
  const residuals = [measureResidual(products, state)];
  while (residuals.length <= MOST_ROUNDS && shapes.length > 1) {
    const turned = turnEach(products, state, reflection);
    const scaled = scaling ? scaleAll(products, state) : 0;
    residuals.push(measureResidual(products, state));
    if (Math.max(turned, scaled) <= TOLERANCE) break;
  }
  const fitted = shapes.map((_, at) => ({
    matrix: state.matrices[at]!,
    scale: state.sizes[at]! / sizes[at]!,
    mirrorGap: fitOrthogonal(targetOf(products, state, at), reflection).mirrorGap,
  }));
  let next = 0;
  const transforms = norms.map((size) => (size === 0 ? noTransform(reflection) : fitted[next++]!));
  return { transforms, residuals };
}

/** How the shapes of unit norm lie at present. */
interface State {
  /** Orthogonal. */
  readonly matrices: Matrix2[];
  /** Frobenius norms. */
  readonly sizes: number[];
}

/** XᵢᵀXⱼ of all shapes of unit norm. */
type Products = readonly (readonly Matrix2[])[];

/** Each pair is multiplied once: XⱼᵀXᵢ is the transpose of XᵢᵀXⱼ. */
function multiplyAll(shapes: readonly PlanarMap[]): Products {
  const products: Matrix2[][] = shapes.map(() => []);
  for (const [i, shape] of shapes.entries()) {
    for (let j = i; j < shapes.length; j++) {
      const [m11, m12, m21, m22] = multiplyMaps(shape, shapes[j]!);
      products[i]![j] = [m11, m12, m21, m22];
      products[j]![i] = [m11, m21, m12, m22];
    }
  }
  return products;
}

function startFromLast(products: Products, sizes: readonly number[], reflection: boolean): State {
  const last = products.length - 1;
  return {
    matrices: products.map((row) => fitOrthogonal(row[last]!, reflection).matrix),
    sizes: [...sizes],
  };
}

/** Lays each map in turn onto the sum of the others, and says by how much an entry of a rotation changed at most. */
function turnEach(products: Products, state: State, reflection: boolean): number {
  let change = 0;
  for (const [at, before] of state.matrices.entries()) {
    const target = targetOf(products, state, at);
    const [same, other] = isReflection(before)
      ? [fitReflection(target), fitRotation(target)]
      : [fitRotation(target), fitReflection(target)];
    const changesOver = reflection && other.scale * (1 - CHANGE_OVER) > same.scale;
    if (!changesOver && same.scale === 0) continue; // any turn is as good
    const { matrix } = changesOver ? other : same;
    state.matrices[at] = matrix;
    change = Math.max(change, ...matrix.map((entry, k) => Math.abs(entry - before[k]!)));
  }
  return change;
}

/** One step of the power method, and by how much a factor changed at most as a share of the largest. */
function scaleAll(products: Products, state: State): number {
  const total = sumOfSquares(state.sizes);
  const overlaps = state.sizes.map((size, at) => {
    const others = traceOf(state.matrices[at]!, targetOf(products, state, at));
    return Math.max(0, size + others); // below 0 only by rounding, and where nothing fits
  });
  const factor = Math.sqrt(total / sumOfSquares(overlaps));
  let change = 0;
  for (const [at, overlap] of overlaps.entries()) {
    const size = factor * overlap;
    change = Math.max(change, Math.abs(size - state.sizes[at]!) / Math.sqrt(total));
    state.sizes[at] = size;
  }
  return change;
}

/** Xᵢᵀ times the sum of the other maps as they lie; of a map that is alone, times itself. */
function targetOf(products: Products, { matrices, sizes }: State, at: number): Matrix2 {
  if (products.length === 1) return products[0]![0]!;
  let [m11, m12, m21, m22] = [0, 0, 0, 0];
  for (const [j, [a, b, c, d]] of products[at]!.entries()) {
    if (j === at) continue;
    const [p, q, r, s] = matrices[j]!;
    const size = sizes[j]!;
    m11 += size * (a * p + b * r);
    m12 += size * (a * q + b * s);
    m21 += size * (c * p + d * r);
    m22 += size * (c * q + d * s);
  }
  return [m11, m12, m21, m22];
}

/** tr(Rᵀ·M): what map·R and the target with the product M have in common. */
function traceOf(matrix: Matrix2, target: Matrix2): number {
  return matrix[0] * target[0] + matrix[1] * target[1] + (matrix[2] * target[2] + matrix[3] * target[3]);
}

/** 1 − m‖G‖² / Σ‖Aᵢ‖² of m maps; 0 where there is none. */
function measureResidual(products: Products, state: State): number {
  const total = sumOfSquares(state.sizes);
  if (state.sizes.length < 2) return 0;
  let common = total;
  for (const [at, size] of state.sizes.entries()) {
    common += size * traceOf(state.matrices[at]!, targetOf(products, state, at));
  }
  return Math.max(0, 1 - common / (state.sizes.length * total));
}

function noTransform(reflection: boolean): ShapeTransform {
  return { matrix: [1, 0, 0, 1], scale: 0, mirrorGap: reflection ? 0 : undefined };
}

function scaleMap({ rows, cols, data }: PlanarMap, factor: number): PlanarMap {
  return { rows, cols, data: data.map((value) => value * factor) };
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
