/** The temperature of a class map. */
import type { Logits } from '../../contracts.ts';
import { largestOf } from './softmax.ts';

/** Temperatures lie between these. */
export const LOWEST_TEMPERATURE = 0.01;
export const HIGHEST_TEMPERATURE = 100;

/** Halvings of the range on a logarithmic scale: they leave a share of 1e-8. */
const HALVINGS = 30;

/**
 * The temperature T at which the median image of the last frame is half sure: its largest probability in
 * softmax(logits / T) lies halfway between 1/C, which is to know nothing, and 1. So the points of that frame fill the
 * circle: with T = 1 those of a model that is sure pile up on the anchors, and a large T draws all into the middle. To
 * multiply all logits by a number changes T by it and leaves the map as it was.
 *
 * An image's largest probability falls with T, so there is one answer, found by bisection, between 0.01 and 100.
 * Logits in which the largest is shared too often to be half sure at any temperature give 0.01. The same for all frames.
 * @param logits of the last frame, `[n × C]` with C ≥ 2
 */
export function chooseTemperature(logits: Logits): number {
  const target = (1 + 1 / logits.cols) / 2;
  let low = Math.log(LOWEST_TEMPERATURE);
  let high = Math.log(HIGHEST_TEMPERATURE);
  if (isMedianAbove(logits, HIGHEST_TEMPERATURE, target)) return HIGHEST_TEMPERATURE;
  if (!isMedianAbove(logits, LOWEST_TEMPERATURE, target)) return LOWEST_TEMPERATURE;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (isMedianAbove(logits, Math.exp(middle), target)) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** Whether at least half of the images have a largest probability of at least `target`. */
function isMedianAbove({ rows, cols, data }: Logits, temperature: number, target: number): boolean {
  const most = 1 / target; // the largest probability is 1 / Σ exp((logit − largest) / T)
  let above = 0;
  for (let first = 0; first < data.length; first += cols) {
    const largest = largestOf(data, first, cols);
    let sum = 0;
    for (let at = first; at < first + cols && sum <= most; at++) {
      sum += Math.exp((data[at]! - largest) / temperature);
    }
    if (sum <= most) above++;
  }
  return 2 * above >= rows;
}
