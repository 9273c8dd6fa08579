/** Readers of results: packs, finished files, the cache; and of fonts. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';
import { openFileDigests } from '../../../integrations/embedding-animation/artifacts/file-digests.ts';
import {
  checkRendering,
  readRendering,
} from '../../../integrations/embedding-animation/artifacts/rendering-folder.ts';
import { hashOf } from '../../../integrations/embedding-animation/artifacts/stable-json.ts';
import {
  PACK_FILES,
  PACK_FOLDER,
  packResults,
  readPack,
  writePack,
} from '../../../integrations/embedding-animation/packed/index.ts';
import { openFontStack } from '../../../integrations/embedding-animation/rendering/text/font-stack.ts';
import { shapeText } from '../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { makeResults } from '../../helpers/packed.ts';
import { readsFile, type FuzzTarget } from '../target.ts';

const silent = { info: () => undefined, warn: () => undefined };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads a pack as far as a page does. */
async function readWholePack(folder: string): Promise<void> {
  const { dataset, results } = await readPack('tiny', folder);
  const pictured = results.frames.flatMap(({ outliers }) => outliers.map(({ index }) => index));
  for (const index of pictured.slice(0, 3)) await dataset.decode(index);
}

/** A small pack of which one file is damaged; what names the file's content may be put right. */
function packTarget(
  name: keyof typeof PACK_FILES,
  kind: 'json' | 'bytes',
  sealed?: {
    readonly unpack: (bytes: Uint8Array) => Uint8Array;
    readonly pack: (bytes: Uint8Array) => Uint8Array;
  },
): FuzzTarget {
  return {
    name: `pack-${name}`,
    weight: 0.5,
    async open(folder) {
      const { origin, results } = makeResults({ images: 12, frames: 2 });
      const home = join(folder, PACK_FOLDER);
      await writePack(home, await packResults(origin, results));
      const seed = readFileSync(join(home, PACK_FILES[name]));
      const description = readFileSync(join(home, PACK_FILES.description), 'utf8');
      const inside = sealed?.unpack(seed);
      const read = readsFile(home, PACK_FILES[name], () => readWholePack(folder));
      return {
        seeds: [seed],
        kind,
        words: ['F64', 'U16', 'data_offsets', '__metadata__', 'images', 'columns', 'frames', 'sha256', '0'],
        insides: inside === undefined ? undefined : [inside],
        insideKind: 'bytes',
        pack: sealed?.pack,
        read(bytes) {
          if (sealed !== undefined && inside !== undefined) {
            let content: Uint8Array;
            try {
              content = sealed.unpack(bytes);
            } catch {
              content = inside;
            }
            const told = description.replaceAll(sha256(inside), sha256(content));
            writeFileSync(join(home, PACK_FILES.description), told);
          }
          return read(bytes);
        },
      };
    },
  };
}

const RENDERED = {
  key: 'k',
  json: 'animation.json',
  variants: [],
};

/** `rendered.json` with a seal that fits what is in it. */
function seal(inside: Uint8Array): Uint8Array {
  let finished: unknown;
  try {
    finished = JSON.parse(Buffer.from(inside).toString());
    return Buffer.from(JSON.stringify({ sha256: hashOf(finished), finished }));
  } catch {
    return inside;
  }
}

/** A cache entry whose header fits its payload. */
function sealEntry(payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(16);
  header.write('EACACHE2', 'latin1');
  header.writeBigUInt64LE(BigInt(payload.length), 8);
  return Buffer.concat([header, createHash('sha256').update(payload).digest(), payload]);
}

const FONT = dirname(createRequire(import.meta.url).resolve('@fontsource/inter/unicode.json'));

/** A family of one small font. */
function fontTarget(name: string, file: string, kind: 'json' | 'bytes', weight: number): FuzzTarget {
  return {
    name,
    weight,
    open(folder) {
      mkdirSync(join(folder, 'files'));
      const format = file.endsWith('.woff') ? 'woff' : 'woff2';
      copyFileSync(join(FONT, 'unicode.json'), join(folder, 'unicode.json'));
      const font = `files/inter-greek-400-normal.${format}`;
      copyFileSync(join(FONT, font), join(folder, font));
      const fonts = { name: '@fontsource/inter', version: '1.0.0', folder };
      return Promise.resolve({
        seeds: [readFileSync(join(FONT, file))],
        kind,
        words:
          kind === 'json'
            ? ['U+0-10FFFF', 'U+370', 'U+0-FFFFFFFFFF', 'greek']
            : ['wOF2', 'wOFF', 'glyf', 'cmap', 'ttcf'],
        read: readsFile(folder, file, () => {
          const book = openFontStack({ named: [fonts], found: [] });
          const font = book.findFont('αβ', 400);
          if (font !== undefined) shapeText(font, 'αβ', {}, 'ltr');
          return Promise.resolve();
        }),
      });
    },
  };
}

export const resultTargets: readonly FuzzTarget[] = [
  packTarget('description', 'json'),
  packTarget('points', 'bytes', {
    unpack: (bytes) => gunzipSync(bytes),
    pack: (bytes) => gzipSync(bytes, { level: 1 }),
  }),
  packTarget('thumbnails', 'bytes', { unpack: (bytes) => bytes, pack: (bytes) => bytes }),
  {
    name: 'rendered',
    weight: 0.5,
    open(folder) {
      const finished = {
        rendered: RENDERED,
        files: [{ name: 'animation.json', bytes: 2, sha256: sha256(Buffer.from('{}')) }],
        uses: [{ kind: 'frames', key: 'k' }],
      };
      writeFileSync(join(folder, 'animation.json'), '{}');
      const inside = Buffer.from(JSON.stringify(finished));
      return Promise.resolve({
        seeds: [seal(inside)],
        kind: 'json',
        insides: [inside],
        pack: seal,
        words: ['../rendered.json', '/etc/passwd', 'animation.json', '..', '', 'a\0b'],
        read: readsFile(folder, 'rendered.json', async () => {
          await readRendering(folder);
          await checkRendering(folder);
        }),
      });
    },
  },
  {
    name: 'cache-entry',
    weight: 0.5,
    open(folder) {
      const payload = Buffer.from('a payload');
      mkdirSync(join(folder, 'frames'));
      const cache = openCache(folder, silent);
      return Promise.resolve({
        seeds: [sealEntry(payload)],
        kind: 'bytes',
        insides: [payload],
        pack: sealEntry,
        read: readsFile(join(folder, 'frames'), 'k', async () => {
          await cache.read('frames', 'k');
          await cache.locate('frames', 'k');
        }),
      });
    },
  },
  {
    name: 'cache-of-digests',
    weight: 0.2,
    open(folder) {
      mkdirSync(join(folder, 'digests'));
      writeFileSync(join(folder, 'file'), 'content');
      const table = { '1:2': { stamp: '3:4:5', sha256: '0'.repeat(64), day: 20_000 } };
      const payload = Buffer.from(JSON.stringify(table));
      return Promise.resolve({
        seeds: [sealEntry(payload)],
        kind: 'bytes',
        insides: [payload],
        insideKind: 'json',
        pack: sealEntry,
        read: readsFile(join(folder, 'digests'), 'files', async () => {
          const digests = openFileDigests(openCache(folder, silent));
          await digests.hashFile(join(folder, 'file'));
          await digests.save();
        }),
      });
    },
  },
  fontTarget('font-woff2', 'files/inter-greek-400-normal.woff2', 'bytes', 0.15),
  fontTarget('font-woff', 'files/inter-greek-400-normal.woff', 'bytes', 0), // fontkit's own loops: only where it is named
  fontTarget('font-ranges', 'unicode.json', 'json', 0.1),
];
