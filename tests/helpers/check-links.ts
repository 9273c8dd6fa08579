/** Finds links within a built site that lead nowhere: files that are not there, anchors that no element has. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';

const ORIGIN = 'https://site.invalid';

/** Attributes that hold one address. */
const ADDRESSES: readonly (readonly [selector: string, attribute: string])[] = [
  ['a[href]', 'href'],
  ['link[href]', 'href'],
  ['script[src]', 'src'],
  ['img[src]', 'src'],
  ['source[srcset]', 'srcset'],
];

/**
 * Checks every page of the site in `folder`, which is served at the root of its host.
 * @returns a sentence for each broken link, and how many links were followed
 */
export async function checkLinks(
  folder: string,
): Promise<{ readonly broken: readonly string[]; readonly followed: number }> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'));
  const files = new Set(names.map((name) => (name.startsWith('/') ? name : `/${name}`)));
  const pages = new Map<string, Document>();
  for (const file of files) {
    if (file.endsWith('.html'))
      pages.set(file, parseHTML(await readFile(join(folder, file), 'utf8')).document);
  }
  const broken: string[] = [];
  let followed = 0;
  for (const [file, page] of pages) {
    for (const address of readAddresses(page)) {
      const url = new URL(address, `${ORIGIN}${file}`);
      if (url.origin !== ORIGIN) continue;
      followed += 1;
      const target = findFile(decodeURIComponent(url.pathname), files);
      if (target === undefined) broken.push(`${file}: ${address} leads to no file`);
      else if (!hasAnchor(pages.get(target), url.hash)) broken.push(`${file}: ${address} leads to no anchor`);
    }
  }
  return { broken, followed };
}

function readAddresses(page: Document): string[] {
  return ADDRESSES.flatMap(([selector, attribute]) =>
    [...page.querySelectorAll(selector)]
      .filter((element) => element.getAttribute('rel') !== 'canonical')
      .map((element) => element.getAttribute(attribute) ?? ''),
  ).filter((address) => !/^(data|mailto):/.test(address));
}

function findFile(path: string, files: ReadonlySet<string>): string | undefined {
  return [path, `${path}index.html`].find((candidate) => files.has(candidate));
}

/** Where the address goes is known only of pages; other files have no anchors to miss. */
function hasAnchor(page: Document | undefined, hash: string): boolean {
  if (page === undefined || hash === '') return true;
  return page.getElementById(decodeURIComponent(hash.slice(1))) !== null;
}
