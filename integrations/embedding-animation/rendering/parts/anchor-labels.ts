/** Where the names around a circle go: beside their anchors, pushed apart along the sides so that none covers another. */

/** A name of one or several lines beside an anchor; px from the circle's middle, y down. */
export interface LabelRequest {
  /** Direction of the anchor, a unit vector. */
  readonly x: number;
  readonly y: number;
  /** px */
  readonly height: number;
}

/** Room for a name. */
export interface LabelSlot {
  /** Where the text starts that is written away from the circle, or the middle of a centred one. */
  readonly x: number;
  /** Middle of its height. */
  readonly y: number;
  readonly side: 'left' | 'right' | 'centre';
  /** px of width up to the edge of the box. */
  readonly room: number;
  /** px between where the name would stand alone and where it stands. */
  readonly shift: number;
}

/** px from the circle's middle: the circle at which names start, and the edges between which they lie. */
export interface LabelSpace {
  readonly radius: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A name right above or below the circle is centred: its direction is nearer to upright than this. */
const UPRIGHT = 0.2;
/** px that sums may be off. */
const ROUNDING = 1e-9;

/**
 * Finds room for names around a circle: a name stands at its anchor's height, right of the circle or left of it, unless
 * others push it up or down; the one nearest to the top, and to the bottom, is centred where its anchor is about there.
 * @returns slots in the order of the requests; `undefined` where a side has no room for all of its names
 */
export function placeAround(
  requests: readonly LabelRequest[],
  space: LabelSpace,
): readonly LabelSlot[] | undefined {
  const poles = { top: findPole(requests, -1), bottom: findPole(requests, 1) };
  const heightOf = (index: number | undefined): number => (index === undefined ? 0 : requests[index]!.height);
  const inner = {
    ...space,
    top: space.top + heightOf(poles.top),
    bottom: space.bottom - heightOf(poles.bottom),
  };
  const slots = new Map<number, LabelSlot>();
  let [highest, lowest] = [-space.radius, space.radius];
  for (const side of ['left', 'right'] as const) {
    const own = [...requests.keys()]
      .filter((index) => index !== poles.top && index !== poles.bottom)
      .filter((index) => requests[index]!.x < 0 === (side === 'left'))
      .sort((a, b) => requests[a]!.y - requests[b]!.y || a - b);
    const placed = placeSide(
      own.map((index) => requests[index]!),
      side,
      inner,
    );
    if (placed === undefined) return undefined;
    placed.forEach((slot, at) => {
      slots.set(own[at]!, slot);
      const half = requests[own[at]!]!.height / 2;
      [highest, lowest] = [Math.min(highest, slot.y - half), Math.max(lowest, slot.y + half)];
    });
  }
  for (const [pole, edge] of [
    [poles.top, highest],
    [poles.bottom, lowest],
  ] as const) {
    if (pole === undefined) continue;
    if (edge < inner.top - ROUNDING || edge > inner.bottom + ROUNDING) return undefined; // the circle is too high
    const y = edge + (Math.sign(edge) * heightOf(pole)) / 2;
    const room = 2 * Math.min(-space.left, space.right);
    slots.set(pole, { x: 0, y, side: 'centre', room, shift: Math.abs(edge) - space.radius });
  }
  return requests.map((_, index) => slots.get(index)!); // each has a side
}

/** Slots on one side of the circle, in the order of the requests from top to bottom. */
function placeSide(
  requests: readonly LabelRequest[],
  side: 'left' | 'right',
  { radius, left, right, top, bottom }: LabelSpace,
): LabelSlot[] | undefined {
  const heights = requests.map(({ height }) => height);
  const wanted = requests.map(({ y }) => y * radius);
  const middles = spreadOut(wanted, heights, top, bottom);
  return middles?.map((y, at) => {
    const nearest = Math.max(0, Math.abs(y) - heights[at]! / 2); // of the name's rows to the circle's middle
    const across = Math.sqrt(Math.max(0, radius ** 2 - nearest ** 2));
    const distance = Math.max(across, Math.abs(requests[at]!.x) * radius);
    const room = (side === 'left' ? -left : right) - distance;
    return { x: side === 'left' ? -distance : distance, y, side, room, shift: Math.abs(y - wanted[at]!) };
  });
}

/** The request that is nearest to the top (−1) or the bottom (1), where it is about there. */
function findPole(requests: readonly LabelRequest[], direction: -1 | 1): number | undefined {
  const near = [...requests.keys()].filter(
    (index) => Math.abs(requests[index]!.x) < UPRIGHT && requests[index]!.y * direction > 0,
  );
  return near.sort((a, b) => Math.abs(requests[a]!.x) - Math.abs(requests[b]!.x) || a - b)[0];
}

/**
 * Moves intervals of these heights as little as possible (least squares) so that they lie between `top` and `bottom`
 * in their order and do not overlap: isotonic regression by pooling adjacent violators.
 * @param wanted middles, ascending
 * @returns their middles; `undefined` where there is no room
 */
export function spreadOut(
  wanted: readonly number[],
  heights: readonly number[],
  top: number,
  bottom: number,
): number[] | undefined {
  const total = heights.reduce((sum, height) => sum + height, 0);
  if (total > bottom - top) return undefined;
  let above = 0;
  const offsets = heights.map((height) => {
    const offset = above + height / 2;
    above += height;
    return offset;
  });
  const pools: { sum: number; count: number }[] = [];
  wanted.forEach((middle, index) => {
    pools.push({ sum: middle - offsets[index]!, count: 1 });
    while (pools.length > 1) {
      const [before, last] = pools.slice(-2) as [(typeof pools)[0], (typeof pools)[0]]; // there are two
      if (before.sum / before.count <= last.sum / last.count) break;
      pools.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  });
  const starts = pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
  return starts.map((start, index) => Math.min(Math.max(start, top), bottom - total) + offsets[index]!);
}
