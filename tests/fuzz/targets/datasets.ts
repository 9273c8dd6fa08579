/** Readers of evaluation sets, and of pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import { decodeImage, rasterizeSvg } from '../../../integrations/embedding-animation/images/index.ts';
import { datasetSchema } from '../../../integrations/embedding-animation/options/index.ts';
import { encodePngFixture } from '../../helpers/png.ts';
import { readsFile, type FuzzTarget, type OpenTarget } from '../target.ts';
import { GOLDEN, makeBelow, readFiles, writeBelow } from './files.ts';

/** Opens a set and decodes its first images. */
async function readDataset(options: object, folder: string): Promise<void> {
  const parsed = datasetSchema.parse(options);
  const dataset = await openDataset(parsed, { runFolder: folder, projectRoot: folder });
  for (let index = 0; index < Math.min(5, dataset.items.length); index++) await dataset.decode(index);
}

const SIDE = 8;

async function drawImages(): Promise<Readonly<Record<string, Uint8Array[]>>> {
  const rgb = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i * 37) & 255);
  const image = sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } });
  const turned = image.clone().withMetadata({ orientation: 6 });
  const frames = sharp(Buffer.concat([rgb, rgb]), {
    raw: { width: SIDE, height: 2 * SIDE, channels: 3, pageHeight: SIDE },
  });
  return {
    png: [
      await image.png().toBuffer(),
      await image.png({ palette: true }).toBuffer(),
      await image.toColourspace('b-w').png().toBuffer(),
    ],
    jpeg: [
      await image.jpeg().toBuffer(),
      await turned.jpeg().toBuffer(),
      await image.jpeg({ progressive: true }).toBuffer(),
      await image.clone().toColourspace('cmyk').jpeg().toBuffer(),
    ],
    webp: [
      await image.webp().toBuffer(),
      await image.webp({ lossless: true }).toBuffer(),
      await turned.webp().toBuffer(),
    ],
    tiff: [await image.tiff().toBuffer(), await image.tiff({ compression: 'lzw' }).toBuffer()],
    gif: [await image.gif().toBuffer(), await frames.gif().toBuffer()],
  };
}

/** Checksums of a PNG's chunks put right. */
function sealPng(bytes: Uint8Array): Uint8Array {
  const png = Buffer.from(bytes);
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return png;
}

function imageTarget(format: string, more: Partial<OpenTarget> = {}): FuzzTarget {
  return {
    name: `image-${format}`,
    weight: 0.4,
    async open() {
      const seeds = (await drawImages())[format]!;
      const insides = more.pack === undefined ? undefined : seeds;
      return { seeds, insides, kind: 'bytes', read: (bytes) => decodeImage(bytes), ...more };
    },
  };
}

/** A tar archive's first header with its checksum put right. */
function sealTar(bytes: Uint8Array): Uint8Array {
  const tar = Buffer.from(bytes);
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    tar.fill(0x20, at + 148, at + 156);
    let sum = 0;
    for (let i = 0; i < 512; i++) sum += tar[at + i]!;
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  }
  return gzipSync(tar, { level: 1 });
}

function tarEntry(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar\u000000', 257, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}

const CIFAR_BATCH = Uint8Array.from({ length: 3 * 3073 }, (_, i) =>
  i % 3073 === 0 ? Math.floor(i / 3073) : i & 255,
);
const CIFAR_NAMES = Buffer.from('airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n');

const cifarTar = gunzipSync(
  sealTar(
    Buffer.concat([
      tarEntry('cifar-10-batches-bin/batches.meta.txt', CIFAR_NAMES),
      tarEntry('cifar-10-batches-bin/test_batch.bin', CIFAR_BATCH),
      Buffer.alloc(1024),
    ]),
  ),
);

/** A folder of images beside a file that names their classes. */
function metadataTarget(name: string, seed: string): FuzzTarget {
  return {
    name: name.replace('.', '-'),
    weight: 0.5,
    open(folder) {
      const images = makeBelow(folder, 'images');
      for (const each of ['a', 'b', 'c', 'd'])
        writeBelow(
          images,
          `${each}.png`,
          encodePngFixture(2, 2, new Uint8Array(12).fill(each.charCodeAt(0))),
        );
      return Promise.resolve({
        seeds: [Buffer.from(seed)],
        kind: 'text',
        words: ['file_name', 'label', 'a.png', '../a.png', '/a.png', '"', ',', '\\', 'é', 'e\u0301'],
        read: readsFile(images, name, () => readDataset({ type: 'image-folder', path: 'images' }, folder)),
      });
    },
  };
}

const ICONS = {
  prefix: 'tiny',
  width: 16,
  height: 16,
  icons: {
    a: { body: '<path d="M1 1h14v14H1z" fill="red"/>' },
    b: { body: '<circle cx="8" cy="8" r="5"/>', width: 8 },
    c: { body: '<g/>', hidden: true },
  },
  aliases: { d: { parent: 'a', rotate: 1 }, e: { parent: 'd', hFlip: true } },
};
const ICON_FILES: Readonly<Record<string, object>> = {
  'package.json': { name: '@iconify-json/tiny', version: '1.0.0' },
  'icons.json': ICONS,
  'metadata.json': { categories: { round: ['b', 'e'], square: ['a', 'c', 'd'] } },
  'chars.json': { '1f44b': 'a', '1f44b-1f3fb': 'b' },
};

function iconTarget(file: string): FuzzTarget {
  return {
    name: `icons-${file.replace('.json', '')}`,
    weight: 0.3,
    open(folder) {
      const home = join(folder, 'node_modules/@iconify-json/tiny');
      mkdirSync(home, { recursive: true });
      for (const [name, content] of Object.entries(ICON_FILES))
        writeFileSync(join(home, name), JSON.stringify(content));
      return Promise.resolve({
        seeds: [Buffer.from(JSON.stringify(ICON_FILES[file]))],
        kind: 'json',
        words: [
          'a',
          'd',
          'parent',
          'body',
          'icons',
          'aliases',
          'width',
          'rotate',
          '<svg><use href="#a"/></svg>',
          '__proto__',
        ],
        read: readsFile(home, file, () =>
          readDataset({ type: 'icon-set', package: '@iconify-json/tiny' }, folder),
        ),
      });
    },
  };
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><defs><linearGradient id="g">' +
  '<stop offset="0" stop-color="red"/></linearGradient></defs><g transform="rotate(45 8 8)"><path d="M1 1h14v14H1z" ' +
  'fill="url(#g)"/><use href="#g"/><text x="1" y="9">a</text></g></svg>';

export const datasetTargets: readonly FuzzTarget[] = [
  {
    name: 'dataset-parquet',
    open(folder) {
      const seeds = readFiles(join(GOLDEN, 'dataset'), '.parquet');
      return Promise.resolve({
        seeds,
        kind: 'bytes',
        words: ['PAR1', 'image', 'bytes', 'path', 'label', 'huggingface', '"_type": "ClassLabel"'],
        read: readsFile(folder, 'test.parquet', () =>
          readDataset({ type: 'parquet', path: 'test.parquet' }, folder),
        ),
      });
    },
  },
  metadataTarget('metadata.csv', 'file_name,label\na.png,x\nb.png,y\nc.png,x\n"d.png",y\n'),
  metadataTarget(
    'metadata.jsonl',
    ['a', 'b', 'c', 'd'].map((name) => JSON.stringify({ file_name: `${name}.png`, label: 'x' })).join('\n'),
  ),
  {
    name: 'cifar-archive',
    weight: 0.3,
    open(folder) {
      return Promise.resolve({
        seeds: [sealTar(cifarTar)],
        kind: 'bytes',
        insides: [cifarTar],
        pack: sealTar,
        words: [
          'ustar',
          'test_batch.bin',
          'batches.meta.txt',
          '../',
          'x',
          'g',
          'L',
          '77777777777',
          '27 path=a\n',
        ],
        read: readsFile(folder, 'cifar.tar.gz', () =>
          readDataset({ type: 'cifar', path: 'cifar.tar.gz' }, folder),
        ),
      });
    },
  },
  {
    name: 'cifar-batch',
    weight: 0.3,
    open(folder) {
      const home = makeBelow(folder, 'cifar-10-batches-bin');
      writeBelow(home, 'batches.meta.txt', CIFAR_NAMES);
      return Promise.resolve({
        seeds: [CIFAR_BATCH],
        kind: 'bytes',
        read: readsFile(home, 'test_batch.bin', () =>
          readDataset({ type: 'cifar', path: 'cifar-10-batches-bin' }, folder),
        ),
      });
    },
  },
  imageTarget('png', { pack: sealPng }),
  imageTarget('jpeg', { words: ['Exif\0\0', 'II*\0', 'MM\0*', 'JFIF', 'Adobe'] }),
  imageTarget('webp', { words: ['RIFF', 'VP8X', 'VP8L', 'EXIF', 'ANIM'] }),
  imageTarget('tiff', { words: ['II*\0', 'MM\0*'] }),
  imageTarget('gif', { words: ['GIF89a', '!\xff\x0bNETSCAPE2.0'] }),
  {
    name: 'image-svg',
    weight: 0.3,
    open() {
      return Promise.resolve({
        seeds: [Buffer.from(SVG)],
        kind: 'text',
        words: [
          '<g>',
          '</g>',
          '<use href="#g"/>',
          '<!DOCTYPE a [<!ENTITY b "c">]>',
          '&b;',
          'href="file:///etc/passwd"',
          'width="1e9"',
          '<filter>',
        ],
        read: (bytes) => rasterizeSvg(bytes, { width: 16, height: 16, background: '#ffffff' }),
      });
    },
  },
  iconTarget('icons.json'),
  iconTarget('metadata.json'),
  iconTarget('chars.json'),
];
