/** Looks of an animation. */
import { z } from 'zod';
import { hexColour } from './colour.ts';

/** What may be said of an animation, by name; see `animationSchema` for effects and defaults. */
const animationFields = {
  width: z.int().min(320).max(4096),
  height: z.int().min(320).max(4096),
  theme: z.enum(['light', 'dark']),
  palette: z.array(hexColour).min(1),
  secondsPerFrame: z.number().min(0.02).max(60),
  holdSeconds: z.number().min(0).max(600),
  lossAxis: z.enum(['step', 'epoch']),
  mapSize: z.enum(['equal', 'fitted']),
};

/** How the animation looks and plays, for all runs. */
export const animationSchema = z.strictObject({
  /**
   * Width of a frame in px. Everything in it scales along.
   * @default 1200
   */
  width: animationFields.width.default(1200),
  /**
   * Height of a frame in px.
   * @default 800
   */
  height: animationFields.height.default(800),
  /**
   * Colours of paper and ink.
   * @default 'light'
   */
  theme: animationFields.theme.default('light'),
  /**
   * One colour a class, `#rrggbb`, in class order; repeated when there are more classes.
   * @default a palette that colour-blind readers can tell apart
   */
  palette: animationFields.palette.optional(),
  /**
   * Seconds each frame is shown. GIF timing is in hundredths of a second.
   * @default 0.35
   */
  secondsPerFrame: animationFields.secondsPerFrame.default(0.35),
  /**
   * Seconds the last frame is held before the loop starts again.
   * @default 3
   */
  holdSeconds: animationFields.holdSeconds.default(3),
  /**
   * Quantity on the loss curve's horizontal axis.
   * @default 'step'
   */
  lossAxis: animationFields.lossAxis.default('step'),
  /**
   * Size at which maps are drawn. `equal`: all have the same root-mean-square radius, so that a map that has
   * little in common with the last one can be read too. `fitted`: as Procrustes scales them, by √(1 − disparity),
   * so that a map shrinks the worse it fits. Published coordinates are the fitted ones in both cases.
   * @default 'equal'
   */
  mapSize: animationFields.mapSize.default('equal'),
});

/** The same for one run: no defaults, so that what is absent comes from the integration's options. */
export const runAnimationSchema = z.strictObject(animationFields).partial();

export type AnimationOptions = z.output<typeof animationSchema>;
export type RunAnimation = z.output<typeof runAnimationSchema>;
