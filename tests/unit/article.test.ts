import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runFileSchema } from '../../integrations/embedding-animation/options/index.ts';

const ARTICLE = new URL('../../content/articles/emoji.mdx', import.meta.url);

test('the run.yaml that the article shows is one that the integration accepts', async () => {
  const article = await readFile(ARTICLE, 'utf8');
  const example = /```yaml\n(?<yaml>.*?)```/s.exec(article)?.groups?.['yaml'];
  expect(example).toBeDefined();
  const parsed = runFileSchema.safeParse(parse(example ?? ''));
  expect(parsed.error?.issues ?? []).toEqual([]);
});
