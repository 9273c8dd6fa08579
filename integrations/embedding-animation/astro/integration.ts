import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration, AstroIntegrationLogger } from 'astro';
import { startDevelopment } from './development.ts';
import { emitFiles } from './emitted-files.ts';
import { createEngine, describeFailureLines, type Engine } from '../engine/index.ts';
import { findEngine, holdEngine } from './engine-holder.ts';
import { originOf } from '../errors.ts';
import { explainError } from '../explain-error.ts';
import { findInAnyForm } from '../files.ts';
import { optionsSchema, parseOptions, type EmbeddingAnimationOptions } from '../options/index.ts';
import { DEFAULT_LOCALE, hasWords, isLocale } from '../locale/index.ts';
import { describeRunIds, RUNS_MODULE_TYPES, virtualRuns } from './virtual-module.ts';

const NAME = 'astro-embedding-animation';

/**
 * The integration. `astro build` renders every run before its pages; `astro dev` renders in the background.
 * @throws EmbeddingAnimationError `OptionsInvalid` for unknown or wrong options
 */
export function embeddingAnimation(userOptions: EmbeddingAnimationOptions = {}): AstroIntegration {
  const options = parseOptions(optionsSchema, userOptions, 'OptionsInvalid', {
    file: `options of ${NAME}`,
  });
  let engine: Engine;
  let command: string;
  return {
    name: NAME,
    hooks: {
      'astro:config:setup': async ({ config, command: ran, logger, updateConfig }) => {
        command = ran;
        const projectRoot = fileURLToPath(config.root);
        const runsFolder = await findInAnyForm(resolve(projectRoot, options.runs));
        engine = createEngine({
          options: {
            ...options,
            locale: options.locale ?? siteLocale(config.i18n?.defaultLocale, options.words),
          },
          projectRoot,
          runsFolder,
          cacheFolder: fileURLToPath(config.cacheDir),
          base: config.base.endsWith('/') ? config.base : `${config.base}/`,
          keepsLast: ran !== 'build',
          // After a dev server's restart there is one that still works on the same runs.
          after: findEngine()?.close(),
          logger,
        });
        holdEngine(engine);
        // A build throws its failure.
        if (ran !== 'build') {
          engine.events.onFailure = (failure) => {
            logger.error(describeFailureLines(failure));
            logger.debug(originOf(failure.error));
          };
        }
        updateConfig({ vite: { plugins: [virtualRuns(engine), emitFiles(engine, logger)] } });
      },
      'astro:config:done': ({ injectTypes, logger }) =>
        tellFailure(logger, async () => {
          injectTypes({ filename: 'runs.d.ts', content: RUNS_MODULE_TYPES });
          injectTypes({ filename: 'run-ids.d.ts', content: describeRunIds(await engine.runIds()) });
          if (command === 'build') await engine.renderAll();
        }),
      'astro:server:setup': ({ server, refreshContent }) => {
        startDevelopment(engine, server, refreshContent);
      },
      'astro:server:done': () => engine.close(),
    },
  } satisfies AstroIntegration;
}

/**
 * Runs `work` of a hook. What Astro is thrown are words for people; where it comes from is said at the level `debug`,
 * which `--verbose` turns on.
 * @throws EmbeddingAnimationError
 */
async function tellFailure(logger: AstroIntegrationLogger, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.debug(originOf(error));
    throw explainError(error).withoutOrigin();
  }
}

/** The site's own language, if the integration can speak it. */
function siteLocale(locale: string | undefined, words: Parameters<typeof hasWords>[1]): string {
  return locale !== undefined && isLocale(locale) && hasWords(locale, words) ? locale : DEFAULT_LOCALE;
}
