/**
 * The reference pages, made from what they describe: option schemas and the comments above their keys, the schemas of
 * emitted files, the catalogues of errors and notices, and the command line's own help.
 */
import {
  frameDataJsonSchema,
  manifestJsonSchema,
} from '../../integrations/embedding-animation/artifacts/manifest.ts';
import { errorCatalogue } from '../../integrations/embedding-animation/error-catalogue/index.ts';
import { noticeCatalogue } from '../../integrations/embedding-animation/notices.ts';
import { describeCommands } from './command-page.ts';
import { readCommandLine } from './commands.ts';
import { describeErrors } from './error-page.ts';
import { describeFiles } from './file-page.ts';
import { describeNotices } from './notice-page.ts';
import { describeDatasets, describeIntegration, describeLooks, describeRunFile } from './option-pages.ts';
import { documentOptions, findOptionProblems } from './options.ts';
import { describeWords } from './word-page.ts';

/** A page of the reference. */
export interface ReferencePage {
  /** Last part of its URL. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  /** Markdown. */
  readonly body: string;
}

/**
 * Makes all pages.
 * @throws Error that lists every key without a comment and every default that its comment gets wrong
 */
export async function makeReference(): Promise<readonly ReferencePage[]> {
  const options = documentOptions();
  const problems = findOptionProblems(options);
  if (problems.length > 0) throw new Error(`the reference would be wrong:\n- ${problems.join('\n- ')}`);
  return [
    describeIntegration(options),
    describeLooks(options),
    describeRunFile(options),
    describeDatasets(options),
    describeWords(),
    describeFiles({ manifest: manifestJsonSchema(), frame: frameDataJsonSchema() }),
    describeCommands(await readCommandLine()),
    describeErrors(errorCatalogue),
    describeNotices(noticeCatalogue),
  ];
}
