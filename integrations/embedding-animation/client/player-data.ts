/** What the markup tells the player, read with suspicion: attributes are text that anyone may have written. */

/** One frame as the player needs it. */
export interface PlayerFrame {
  /** URL of the frame's PNG. */
  readonly src: string;
  /** What the frame shows, in a line. */
  readonly label: string;
}

/** Seconds each frame is shown. */
export const DEFAULT_SECONDS_PER_FRAME = 0.35;
/** Seconds the last frame stays before the loop starts again. */
export const DEFAULT_HOLD_SECONDS = 3;

/** The frames in `data-frames`, a JSON list; none where it is missing or holds anything else. */
export function readFrames(json: string | undefined): readonly PlayerFrame[] {
  const value = parseJson(json ?? '[]');
  return Array.isArray(value) && value.every(isPlayerFrame) ? value : [];
}

/** A duration in seconds; `fallback` where it is missing or negative. */
export function readSeconds(text: string | undefined, fallback: number): number {
  const seconds = Number.parseFloat(text ?? '');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : fallback;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isPlayerFrame(value: unknown): value is PlayerFrame {
  return (
    typeof value === 'object' &&
    value !== null &&
    'src' in value &&
    typeof value.src === 'string' &&
    'label' in value &&
    typeof value.label === 'string'
  );
}
