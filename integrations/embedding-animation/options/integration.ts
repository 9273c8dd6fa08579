/** Options of the integration. */
import { z } from 'zod';
import { animationSchema } from './animation.ts';
import { fontsSchema, localeSchema, wordsByLanguageSchema } from './language.ts';
import { mapsSchema } from './maps.ts';

/** Limits of the results that are kept in Astro's cacheDir. What was used within a day stays in any case. */
const cacheSchema = z.strictObject({
  /**
   * Days after which a result that no build has used is removed.
   * @default 90
   */
  maxAgeDays: z.number().min(1).default(90),
  /**
   * Size in bytes above which results are removed, the least recently used first.
   * @default 20_000_000_000
   */
  maxBytes: z.int().min(0).default(20_000_000_000),
});

/** What computes: the processor, a graphics card by one of onnxruntime's ways to it, or the best that works. */
export const deviceSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.output<typeof deviceSchema>;

/** Options of the integration, for all runs. */
export const optionsSchema = z.strictObject({
  /**
   * Folder of runs, relative to the project: each folder in it that holds a `run.yaml` is a run.
   * @default './content/runs'
   */
  runs: z.string().min(1).default('./content/runs'),
  /**
   * Path of the emitted files below the site's `base`.
   * @default 'embedding-animation'
   */
  path: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, 'must be URL path segments of A-Z a-z 0-9 . _ -')
    .default('embedding-animation'),
  /**
   * Most worker threads, embedding and drawing.
   * @default the number of available cores
   */
  threads: z.int().min(1).optional(),
  /** Limits of the results that are kept between builds. */
  cache: cacheSchema.prefault({}),
  /**
   * What embeds: the processor or a graphics card. `auto` takes a card where one works, and the processor where
   * none does; any other device that is missing is an error.
   * @default 'cpu'
   */
  device: deviceSchema.default('cpu'),
  /**
   * Language of pictures, player, captions and text alternatives, as a BCP 47 tag such as `ja` or `pt-BR`: their words,
   * their numbers, where their lines break, and which forms of Chinese characters they show. English and Japanese
   * are there; others take `words`. A run may have another one.
   * @default the site's `i18n.defaultLocale` where there are words of its language, else 'en'
   */
  locale: localeSchema.optional(),
  /**
   * Words by language: those of languages that the package does not bring along, or other ones than it has, such as
   * `{ de: { accuracy: 'Genauigkeit {share}' } }`. What holds for `de` holds for `de-AT` too. A word that is missing
   * is said in English.
   * @default {}
   */
  words: wordsByLanguageSchema.default({}),
  /**
   * Packages of the site whose fonts pictures are set in, the first that has a character first: families of
   * Fontsource, such as `['@fontsource/inter', '@fontsource/noto-serif-jp']`. They come before the fonts that the
   * package brings along. A font that is not installed is an error. Where none is named, pictures are set in Inter, and
   * in any Noto Sans or other family of Fontsource that is installed and has what Inter lacks.
   * @default []
   */
  fonts: fontsSchema.default([]),
  /**
   * Maps of runs that say nothing of their own; see `maps` of run.yaml. A map that a run can not have is left out.
   * @default ['per-checkpoint']
   */
  maps: mapsSchema.prefault(['per-checkpoint']),
  /** Looks of all animations. */
  animation: animationSchema.prefault({}),
});

export type EmbeddingAnimationOptions = z.input<typeof optionsSchema>;
export type ResolvedOptions = z.output<typeof optionsSchema>;

/** Language and fonts of all runs. */
export type SiteLanguage = Pick<ResolvedOptions, 'locale' | 'words' | 'fonts'>;
