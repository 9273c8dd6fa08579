/** A thin line along the lower edge: how much of the training lies behind. */
import type { RgbImage } from '../../contracts.ts';
import { fillRect, parseRgb } from '../raster/pixels.ts';
import type { FrameInput } from '../frame-input.ts';
import type { FrameLayout } from '../layout.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import type { Theme } from '../theme.ts';

/** Draws the line as it is before the first step. */
export function drawProgressTrack(drawing: SvgDrawing, { progress }: FrameLayout, { rule }: Theme): void {
  const { width, height } = progress;
  drawing.add(progress, 'rect', [{ width, height, fill: rule }]);
}

/** Draws the part that lies behind, in whole px; all of it where the run's last step is 0. */
export function drawProgress(
  picture: RgbImage,
  { progress }: FrameLayout,
  { step, lastStep }: Pick<FrameInput, 'step' | 'lastStep'>,
  { ink }: Theme,
): void {
  const share = lastStep > 0 ? Math.min(1, step / lastStep) : 1;
  fillRect(picture, { ...progress, width: Math.round(progress.width * share) }, parseRgb(ink));
}
