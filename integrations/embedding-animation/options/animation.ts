/** Looks of an animation. */
import { z } from 'zod';
import { paletteSchema } from './palette.ts';

/** What may be said of an animation, by name; see `animationSchema` for effects and defaults. */
const animationFields = {
  width: z.int().min(320).max(4096),
  height: z.int().min(320).max(4096),
  theme: z.enum(['light', 'dark']),
  palette: paletteSchema,
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
   * Colours of classes, `#rrggbb` or `#rgb`, in quotes where YAML is written. A list, `['#1f77b4', '#ff7f0e']`, is
   * in class order; where there are more classes, the colours come again with another marker. A mapping,
   * `{ cat: '#1f77b4' }`, colours the classes it names, as the data set or their display names call them; the others
   * get colours of the theme that differ from these. Said for each theme it is `{ light: …, dark: … }`, each a list
   * or a mapping. A name that no class of the run has is an error; in the integration's options it is passed over.
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
