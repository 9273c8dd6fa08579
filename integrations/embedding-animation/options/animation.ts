/** Looks of an animation: its size, its times and its colours. */
import { z } from 'zod';

/** `#rrggbb`, or `#rgb` for short. */
const hexColour = z
  .string('must be a colour such as "#1f77b4", in quotes: without them # begins a comment')
  .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour such as "#1f77b4" or "#f60"')
  .transform((colour) => (colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour));

const colourListSchema = z.array(hexColour).min(1, 'must hold a colour');
const coloursByClassSchema = z
  .record(z.string().min(1), hexColour)
  .refine((colours) => Object.keys(colours).length > 0, 'must name a class');
const PALETTE_WAYS =
  'a list of colours such as ["#1f77b4", "#ff7f0e"], or colours by class such as { cat: "#1f77b4" }';
const themePaletteSchema = z.union([colourListSchema, coloursByClassSchema], `must be ${PALETTE_WAYS}`);

/**
 * Colours of classes: a list in class order; a mapping from names of classes to their colours; or one of these for
 * each theme. Only the last has values that are no colours, so that classes may be called `light` and `dark`.
 */
const paletteSchema = z.union(
  [
    colourListSchema,
    coloursByClassSchema,
    z
      .strictObject({ light: themePaletteSchema.optional(), dark: themePaletteSchema.optional() })
      .refine(({ light, dark }) => light !== undefined || dark !== undefined, {
        error: 'must name a theme',
        abort: true,
      }),
  ],
  `must be ${PALETTE_WAYS}; or one of them for each theme, { light: …, dark: … }`,
);

/** Colours in class order, or by the names of classes. */
export type ThemePalette = z.output<typeof themePaletteSchema>;
/** What `palette` says, for one theme or for each. */
export type Palette = z.output<typeof paletteSchema>;

const side = z.int().min(320).max(4096);

/** Least height of a portrait picture, in widths: below it the parts of a frame don't lie below each other. */
export const PORTRAIT_RATIO = 1.12;

const portraitSize = z
  .strictObject({ width: side, height: side })
  .refine(({ width, height }) => height > PORTRAIT_RATIO * width, {
    error: `must be higher than wide: the height must be more than ${PORTRAIT_RATIO} times the width`,
  });

/** What may be said of an animation, by name; see `animationSchema` for effects and defaults. */
const animationFields = {
  width: side,
  height: side,
  portrait: z.union([z.boolean(), portraitSize]),
  theme: z.enum(['light', 'dark', 'both']),
  palette: paletteSchema,
  secondsPerFrame: z.number().min(0.02).max(60),
  holdSeconds: z.number().min(0).max(600),
  lossAxis: z.enum(['step', 'epoch']),
  mapSize: z.enum(['equal', 'fitted']),
  fade: z.enum(['none', 'distrust']),
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
   * Pictures for phones, drawn beside the others with large type and the parts of a frame below each other. The
   * component shows them where the window is narrow; their files end in `.portrait.png`. `true` makes them
   * 720 × 1260 px, `{ width, height }` says another size, `false` makes none. There are none either where `width`
   * and `height` are those of a portrait picture already.
   * @default true
   */
  portrait: animationFields.portrait.default(true),
  /**
   * Colours of paper and ink. `both` draws every picture twice: the component shows light or dark ones as the page
   * around it does, by `data-theme`, by a class `dark` or `light`, or else as the reader's system prefers. The
   * files of the dark ones end in `.dark.png`.
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
  /**
   * Which points are drawn fainter. `none`: none. `distrust`: those whose neighbours on the map are not their neighbours
   * in embedding space, so that what the map shows there is not to be trusted. A point is drawn wholly where half of its
   * neighbours are, and fainter the fewer there are, down to a quarter. Two axes seldom keep half of them: expect most
   * points to be faint on a map of many classes.
   * @default 'none'
   */
  fade: animationFields.fade.default('none'),
});

/** The same for one run: no defaults, so that what is absent comes from the integration's options. */
export const runAnimationSchema = z.strictObject(animationFields).partial();

export type AnimationOptions = z.output<typeof animationSchema>;
export type RunAnimation = z.output<typeof runAnimationSchema>;

/** The two sets of colours that pictures come in. */
export type ThemeName = 'light' | 'dark';

/** How one set of pictures looks. */
export type PictureLook = Omit<AnimationOptions, 'theme' | 'portrait'> & { readonly theme: ThemeName };
