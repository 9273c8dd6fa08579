/**
 * WOFF2 to a plain TrueType or OpenType font (https://www.w3.org/TR/WOFF2/): variations need the tables as they were.
 * Checksums are left at zero; metadata and collections are not read.
 */
import { brotliDecompressSync } from 'node:zlib';
import { restoreGlyphs, type RestoredGlyphs } from './glyphs.ts';

const SIGNATURE = 0x774f4632;
const COLLECTION = 0x74746366;
const HEADER_BYTES = 48;
const ARBITRARY_TAG = 63;
/** The glyph tables' version that means "not transformed"; that of others is 0. */
const GLYPHS_AS_THEY_ARE = 3;
/** Tags by number, section 5.1. */
const KNOWN_TAGS =
  'cmap head hhea hmtx maxp name OS/2 post cvt  fpgm glyf loca prep CFF  VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX ' +
  'vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG  sbix acnt avar bdat bloc bsln cvar fdsc feat ' +
  'fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill';

/** Most bytes of a font: those of Chinese and Japanese have some twenty megabytes. */
const MAX_FONT_BYTES = 256 << 20;

/** A table as the directory has it. */
interface TableEntry {
  readonly tag: string;
  /** Bytes in the decompressed stream. */
  readonly stored: number;
  readonly isTransformed: boolean;
}

/**
 * The font in a WOFF2 file.
 * @throws RangeError for a file that is damaged, or holds a collection
 */
export function decodeWoff2(file: Uint8Array): Buffer {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.readUInt32BE(0) !== SIGNATURE) throw new RangeError('this is not a WOFF2 file');
  const flavour = bytes.readUInt32BE(4);
  if (flavour === COLLECTION) throw new RangeError('a collection of fonts can not be read');
  const compressed = bytes.readUInt32BE(20);
  const { entries, end } = readDirectory(bytes, bytes.readUInt16BE(12));
  const maxOutputLength = entries.reduce((sum, { stored }) => sum + stored, 0) + 1;
  if (maxOutputLength > MAX_FONT_BYTES) throw new RangeError('the font is too large');
  const stream = brotliDecompressSync(bytes.subarray(end, end + compressed), { maxOutputLength });
  const tables = new Map<string, Buffer>();
  const transformed = new Set<string>();
  let offset = 0;
  for (const { tag, stored, isTransformed } of entries) {
    tables.set(tag, stream.subarray(offset, offset + stored));
    if (isTransformed) transformed.add(tag);
    offset += stored;
  }
  restoreTables(tables, transformed);
  return assemble(flavour, tables);
}

function readDirectory(bytes: Buffer, count: number): { entries: TableEntry[]; end: number } {
  let at = HEADER_BYTES;
  const readBase128 = (): number => {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = bytes.readUInt8(at++);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw new RangeError('a length has more than five bytes');
  };
  const entries = Array.from({ length: count }, (): TableEntry => {
    const flags = bytes.readUInt8(at++);
    let tag = KNOWN_TAGS.slice((flags & 63) * 5, (flags & 63) * 5 + 4);
    if ((flags & 63) === ARBITRARY_TAG) {
      tag = bytes.toString('latin1', at, at + 4);
      at += 4;
    }
    const version = flags >> 6;
    const isTransformed = tag === 'glyf' || tag === 'loca' ? version !== GLYPHS_AS_THEY_ARE : version !== 0;
    const length = readBase128();
    return { tag, stored: isTransformed ? readBase128() : length, isTransformed };
  });
  return { entries, end: at };
}

/** Puts the tables that were transformed back as they were. */
function restoreTables(tables: Map<string, Buffer>, transformed: ReadonlySet<string>): void {
  const glyf = tables.get('glyf');
  if (glyf === undefined || !transformed.has('glyf')) {
    if (transformed.has('hmtx')) throw new RangeError('widths are transformed and glyphs are not');
    return;
  }
  const glyphs = restoreGlyphs(glyf);
  const head = Buffer.from(requireTable(tables, 'head'));
  head.writeInt16BE(1, 50); // offsets of 32 bits
  tables.set('head', head).set('glyf', glyphs.glyf).set('loca', glyphs.loca);
  if (!transformed.has('hmtx')) return;
  const widths = requireTable(tables, 'hhea').readUInt16BE(34);
  tables.set('hmtx', restoreMetrics(requireTable(tables, 'hmtx'), widths, glyphs));
}

/** Section 5.4: bearings that are left out are the glyphs' least x. */
function restoreMetrics(stored: Buffer, widths: number, { leastX }: RestoredGlyphs): Buffer {
  const flags = stored.readUInt8(0);
  const bearingsAt = 1 + 2 * widths;
  const others = bearingsAt + ((flags & 1) === 0 ? 2 * widths : 0);
  const metrics = Buffer.alloc(4 * widths + 2 * (leastX.length - widths));
  for (const [glyph, least] of leastX.entries()) {
    const rest = glyph - widths;
    if (rest < 0) {
      metrics.writeUInt16BE(stored.readUInt16BE(1 + 2 * glyph), 4 * glyph);
      metrics.writeInt16BE(
        (flags & 1) === 0 ? stored.readInt16BE(bearingsAt + 2 * glyph) : least,
        4 * glyph + 2,
      );
    } else {
      const bearing = (flags & 2) === 0 ? stored.readInt16BE(others + 2 * rest) : least;
      metrics.writeInt16BE(bearing, 4 * widths + 2 * rest);
    }
  }
  return metrics;
}

/** Tables behind a directory, each on a multiple of four bytes. */
function assemble(flavour: number, tables: ReadonlyMap<string, Buffer>): Buffer {
  const directory = Buffer.alloc(12 + 16 * tables.size);
  directory.writeUInt32BE(flavour, 0);
  directory.writeUInt16BE(tables.size, 4);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [index, [tag, table]] of sorted.entries()) {
    const record = 12 + 16 * index;
    directory.write(tag, record, 'latin1');
    directory.writeUInt32BE(offset, record + 8);
    directory.writeUInt32BE(table.length, record + 12);
    const padding = -table.length & 3;
    parts.push(table, Buffer.alloc(padding));
    offset += table.length + padding;
  }
  return Buffer.concat(parts);
}

function requireTable(tables: ReadonlyMap<string, Buffer>, tag: string): Buffer {
  const table = tables.get(tag);
  if (table === undefined) throw new RangeError(`the table "${tag}" is missing`);
  return table;
}
