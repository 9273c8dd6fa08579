/** What the documents on the code say of files: each path that they name exists. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGE = 'integrations/embedding-animation/';

/** Files of a run and what is built or published, which are no files of this repository. */
const OF_RUNS = /^(content|dist|run|config|rendered|animation|frames|trainer_state|package)\b/;

/** Words in code that are paths: with a slash, or a source's ending; places that stand for any name are none. */
function listPaths(markdown: string): string[] {
  const spans = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  const isPath = (span: string) => /^[\w.-]+(\/|\.(ts|mjs|py|md)$)[\w./-]*$/.test(span);
  const links = [...markdown.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target!);
  return [...spans.filter(isPath), ...links].filter((path) => !OF_RUNS.test(path));
}

it.each(['CONTRIBUTING.md', `${PACKAGE}ARCHITECTURE.md`])('%s names files that exist', async (document) => {
  const paths = listPaths(await readFile(ROOT + document, 'utf8'));
  expect(paths.length).toBeGreaterThan(20);
  const missing = paths.filter((path) => !existsSync(ROOT + path) && !existsSync(ROOT + PACKAGE + path));
  expect(missing).toEqual([]);
});
