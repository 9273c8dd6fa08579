import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../integrations/embedding-animation/error-catalogue/index.ts';
import { checkLinks } from '../helpers/check-links.ts';
import { buildSite } from '../helpers/make-site.ts';
import { writeFiles } from '../helpers/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the documentation', () => {
  let folder: string;

  beforeAll(async () => {
    await mkdir(join(ROOT, 'tests/.tmp'), { recursive: true });
    folder = await mkdtemp(join(ROOT, 'tests/.tmp/docs-'));
    const { exitCode, output } = await buildSite(join(ROOT, 'docs'), ['--outDir', folder]);
    expect(exitCode, output).toBe(0);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has no link that leads nowhere', async () => {
    const { broken, followed } = await checkLinks(folder);
    expect(broken).toEqual([]);
    expect(followed).toBeGreaterThan(1000);
  });

  it('shows the packed run on its front page, by Starlight’s rules', async () => {
    const { document } = parseHTML(await readFile(join(folder, 'index.html'), 'utf8'));
    expect(document.querySelector('.sl-markdown-content .ea-image')?.getAttribute('src')).toContain(
      '/emoji/',
    );
  });

  it('has an entry for every error, which can be linked to', async () => {
    const { document } = parseHTML(await readFile(join(folder, 'reference/errors/index.html'), 'utf8'));
    const anchors = [...document.querySelectorAll('h2[id]')].map(({ id }) => id);
    for (const name of Object.keys(errorCatalogue)) expect(anchors).toContain(name.toLowerCase());
  });

  it('lists every command with its options', async () => {
    const page = await readFile(join(folder, 'reference/commands/index.html'), 'utf8');
    for (const word of ['render', 'pack', 'inspect', 'download', '--out', '--threads', '--verbose']) {
      expect(page).toContain(word);
    }
  });
});

describe('the link check', () => {
  it('finds files and anchors that are not there', async () => {
    await mkdir(join(ROOT, 'tests/.tmp'), { recursive: true });
    const folder = await mkdtemp(join(ROOT, 'tests/.tmp/links-'));
    try {
      await writeFiles(folder, {
        'index.html': '<a href="other/#here">1</a><a href="other/#gone">2</a><a href="/missing/">3</a>',
        'other/index.html': '<h2 id="here">Here</h2><a href="https://example.com/x">4</a>',
      });
      expect(await checkLinks(folder)).toEqual({
        broken: ['/index.html: other/#gone leads to no anchor', '/index.html: /missing/ leads to no file'],
        followed: 3,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
