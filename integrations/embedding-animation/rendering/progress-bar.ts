/** A thin line along the lower edge: how much of the training lies behind. */
import * as Plot from '@observablehq/plot';
import type { FrameInput } from './frame-input.ts';
import type { FrameLayout } from './layout.ts';
import type { Page } from './panel.ts';
import type { Theme } from './theme.ts';

/** Draws the line as it is before the first step. */
export function drawProgressTrack(page: Page, layout: FrameLayout, { rule }: Theme): void {
  drawLine(page, layout, 1, rule);
}

/** Draws the part that lies behind; all of it where the run's last step is 0. */
export function drawProgress(
  page: Page,
  layout: FrameLayout,
  { step, lastStep }: Pick<FrameInput, 'step' | 'lastStep'>,
  { ink }: Theme,
): void {
  drawLine(page, layout, lastStep > 0 ? Math.min(1, step / lastStep) : 1, ink);
}

function drawLine(page: Page, { progress }: FrameLayout, share: number, fill: string): void {
  const x2 = Math.round(progress.width * share);
  page.draw(progress, [Plot.rect([progress], { x1: 0, x2, y1: 0, y2: progress.height, fill })]);
}
