import { describe, expect, it } from 'vitest';
import { openLanguage } from '../../../../integrations/embedding-animation/locale/index.ts';
import { splitIntoPieces } from '../../../../integrations/embedding-animation/rendering/text/line-breaks.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const style = { size: 20, weight: 400 } as const;
const japanese = openTypesetter({ language: openLanguage({ locale: 'ja' }) });
const english = openTypesetter();

describe('splitIntoPieces', () => {
  it('keeps words of scripts with blanks whole, and their blanks behind them', () => {
    expect(splitIntoPieces('A small ViT (0.8 million) learns.', 'en')).toEqual([
      'A ',
      'small ',
      'ViT ',
      '(0.8 ',
      'million) ',
      'learns.',
    ]);
  });

  it('breaks Japanese between phrases, or words where it must', () => {
    const text = '埋め込みの変化をアニメーションで見る';
    expect(splitIntoPieces(text, 'ja')).toEqual(['埋め込みの', '変化を', 'アニメーションで', '見る']);
    expect(splitIntoPieces(text, 'ja', 'word')).toContain('アニメーション');
  });

  it('breaks Thai between words', () => {
    expect(splitIntoPieces('สวัสดีชาวโลก', 'th').length).toBeGreaterThan(1);
  });

  it.each([
    '「犬」と「猫」、（仮）の学習。',
    '犬！猫？ラーメン・カレー',
    '人々はゝっと驚いた…',
    '価格は￥100です',
    'ｶﾞｷﾞｸﾞ｡ﾃﾞｽ',
  ])('neither begins a line with what closes nor ends it with what opens: %s', (text) => {
    const pieces = splitIntoPieces(text, 'ja');
    expect(pieces.join('')).toBe(text);
    for (const piece of pieces.slice(1)) expect(piece).not.toMatch(/^[」）、。！？・ー々ゝっ…ﾞ｡]/u);
    for (const piece of pieces.slice(0, -1)) expect(piece).not.toMatch(/[「（￥]$/u);
  });

  it('never breaks at a blank that does not break', () => {
    expect(splitIntoPieces('61\u00a0% 犬\u2060猫', 'ja')).toEqual(['61\u00a0% ', '犬\u2060猫']);
  });
});

describe('breakLines', () => {
  const title = '小さなモデルが「犬」と「猫」を見分けられるようになるまで';

  it('leaves a text alone that fits into a line', () => {
    expect(english.breakLines('A line', style, 1000, 2)).toEqual(['A line']);
    expect(english.breakLines('', style, 1000, 2)).toEqual([]);
  });

  it('loses nothing, keeps to the width, and makes lines about equally long', () => {
    const width = 0.6 * japanese.measure(title, style);
    const lines = japanese.breakLines(title, style, width, 3);
    expect(lines.join('')).toBe(title);
    expect(lines).toHaveLength(2);
    const widths = lines.map((line) => japanese.measure(line, style));
    for (const each of widths) expect(each).toBeLessThanOrEqual(width);
    expect(Math.min(...widths) / Math.max(...widths)).toBeGreaterThan(0.75);
  });

  it('shortens the last line that there may be', () => {
    const width = 0.3 * japanese.measure(title, style);
    const lines = japanese.breakLines(title, style, width, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    expect(title.startsWith(lines.join('').slice(0, -1))).toBe(true);
    for (const line of lines) expect(japanese.measure(line, style)).toBeLessThanOrEqual(width);
  });

  it('breaks a word that no line holds, between characters', () => {
    const lines = english.breakLines('👩🏽‍🚀'.repeat(30), style, 200, 9);
    expect(lines.join('')).toBe('👩🏽‍🚀'.repeat(30));
    for (const line of lines) expect(line).toMatch(/^(👩🏽‍🚀)+$/u);
  });

  it('breaks a phrase that no line holds between its words', () => {
    const hiragana = 'みわけられるようになるまでのあいだ';
    const lines = japanese.breakLines(hiragana, style, japanese.measure('みわけられるようになる', style), 3);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).toBe(hiragana);
  });

  it('keeps words whole for the sake of balance', () => {
    const words = 'Antidisestablishmentarianism is';
    const lines = english.breakLines(
      words,
      style,
      english.measure('Antidisestablishmentarianism', style) + 1,
      2,
    );
    expect(lines).toEqual(['Antidisestablishmentarianism', 'is']);
  });
});

it('a shortened text has no opening mark before its ellipsis', () => {
  for (let width = 40; width < 300; width += 3) {
    expect(japanese.fit('犬と「猫」、「鳥」の埋め込み', style, width)).not.toMatch(/[「、\s]…$/u);
  }
});
