import type { PlacedText } from './svg-drawing.ts';
import type { Theme } from './theme.ts';

/** Units per em of a panel's heading. */
export const HEADING_SIZE = 26;
/** Units from the panel's upper edge. */
export const HEADING_BASELINE = 22;

/** The heading of a panel, at its top left. */
export function headingOf(text: string, theme: Theme, unit: number): PlacedText[] {
  return [
    { text, x: 0, y: HEADING_BASELINE * unit, size: HEADING_SIZE * unit, weight: 600, fill: theme.ink },
  ];
}
