/** What the markup tells the player, read with suspicion: attributes are text that anyone may have written. */

/** Seconds each frame is shown. */
export const DEFAULT_SECONDS_PER_FRAME = 0.35;
/** Seconds the last frame stays before the loop starts again. */
export const DEFAULT_HOLD_SECONDS = 3;

/** A JSON list of texts from an attribute; empty where it is missing or holds anything else. */
export function readTexts(json: string | undefined): readonly string[] {
  const value = parseJson(json ?? '[]');
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : [];
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
