import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { startDevelopment } from './development.ts';
import { createEngine, type Engine } from './engine.ts';
import { holdEngine } from './engine-holder.ts';
import { optionsSchema, parseOptions, type EmbeddingAnimationOptions } from './options/index.ts';
import { DEFAULT_LOCALE, hasWords, isLocale } from './locale/index.ts';
import { describeRunIds, RUNS_MODULE_TYPES, virtualRuns } from './virtual-runs.ts';

const NAME = 'astro-embedding-animation';

/**
 * The integration. `astro build` renders every run before its pages; `astro dev` renders in the background.
 * @throws EmbeddingAnimationError `OptionsInvalid` for unknown or wrong options
 */
export function embeddingAnimation(userOptions: EmbeddingAnimationOptions = {}): AstroIntegration {
  const options = parseOptions(optionsSchema, userOptions, 'OptionsInvalid', {
    file: `options of ${NAME}`,
    hint: `Correct them where astro.config calls the integration; its documentation lists every option.`,
  });
  let engine: Engine;
  let command: string;
  return {
    name: NAME,
    hooks: {
      'astro:config:setup': ({ config, command: ran, logger, injectRoute, updateConfig }) => {
        command = ran;
        const projectRoot = fileURLToPath(config.root);
        engine = createEngine({
          options: {
            ...options,
            locale: options.locale ?? siteLocale(config.i18n?.defaultLocale, options.words),
          },
          projectRoot,
          runsFolder: resolve(projectRoot, options.runs),
          cacheFolder: fileURLToPath(config.cacheDir),
          base: config.base.endsWith('/') ? config.base : `${config.base}/`,
          logger,
        });
        holdEngine(engine);
        injectRoute({
          pattern: `/${options.path}/[run]/[...file]`,
          entrypoint: new URL(
            ran === 'dev' ? './routes/files.ts' : './routes/emitted-files.ts',
            import.meta.url,
          ),
          prerender: ran !== 'dev',
        });
        updateConfig({ vite: { plugins: [virtualRuns(() => engine.summaries())] } });
      },
      'astro:config:done': async ({ injectTypes }) => {
        injectTypes({ filename: 'runs.d.ts', content: RUNS_MODULE_TYPES });
        injectTypes({ filename: 'run-ids.d.ts', content: describeRunIds(await engine.runIds()) });
        if (command === 'build') await engine.renderAll();
      },
      'astro:server:setup': ({ server, refreshContent }) => {
        startDevelopment(engine, server, refreshContent);
      },
    },
  } satisfies AstroIntegration;
}

/** The site's own language, if the integration can speak it. */
function siteLocale(locale: string | undefined, words: Parameters<typeof hasWords>[1]): string {
  return locale !== undefined && isLocale(locale) && hasWords(locale, words) ? locale : DEFAULT_LOCALE;
}
