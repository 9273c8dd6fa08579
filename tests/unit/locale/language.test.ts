import { describe, expect, it } from 'vitest';
import {
  ENGLISH,
  findUntranslated,
  hasWords,
  mergeLanguages,
  openLanguage,
  placeholdersOf,
  WORD_KEYS,
  type Template,
  type WordKey,
} from '../../../integrations/embedding-animation/locale/index.ts';
import { JAPANESE } from '../../../integrations/embedding-animation/locale/japanese.ts';

const NARROW_BLANK = '\u202f';
const BLANK = '\u00a0';

describe('words', () => {
  it.each(WORD_KEYS)('Japanese says "%s" with the placeholders of the English text', (key: WordKey) => {
    const sorted = (template: Template) => placeholdersOf(template).sort();
    expect(sorted(JAPANESE[key])).toEqual(sorted(ENGLISH[key]));
    if (key !== 'json') expect(JAPANESE[key]).not.toEqual(ENGLISH[key]);
  });

  it('are those of the language in any of its regions', () => {
    expect(openLanguage({ locale: 'ja-JP' }).say('play')).toBe('アニメーションを再生');
    expect(openLanguage({ locale: 'JA' }).say('distance')).toBe('距離');
    expect(openLanguage({ locale: 'en-GB' }).say('distance')).toBe('distance');
  });

  it('are English where nobody has said them, and then they are listed', () => {
    const settings = mergeLanguages(
      { locale: 'de-AT', words: { de: { distance: 'Wert' }, fr: { step: 'Pas {step}' } } },
      {},
    );
    const german = openLanguage(settings);
    expect(german.say('distance')).toBe('Wert');
    expect(german.say('step', { step: 3 })).toBe('Step 3');
    expect(findUntranslated(settings)).toEqual(WORD_KEYS.filter((key) => key !== 'distance'));
    expect(findUntranslated({ locale: 'ja-JP' })).toEqual([]);
    expect(findUntranslated({ locale: 'en-AU' })).toEqual([]);
  });

  it('of a run come before those of a region, and these before those of the language', () => {
    const site = {
      locale: 'en',
      words: {
        'de-ch': { distance: 'Wert CH', json: 'JSON CH' },
        de: { distance: 'Wert', play: 'Los', json: 'JSON' },
      },
    };
    const swiss = openLanguage(mergeLanguages(site, { locale: 'de-CH', words: { json: 'Daten' } }));
    expect([swiss.say('distance'), swiss.say('play'), swiss.say('json')]).toEqual([
      'Wert CH',
      'Los',
      'Daten',
    ]);
    expect(openLanguage(mergeLanguages(site, {})).say('distance')).toBe('distance');
  });

  it('are known for English, Japanese and what the site gives', () => {
    expect([hasWords('ja-JP'), hasWords('en'), hasWords('de'), hasWords('de-AT', { de: {} })]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('take the plural form of their count', () => {
    const english = openLanguage();
    expect(english.say('imageCount', { count: 1 })).toBe('1 image');
    expect(english.say('imageCount', { count: 1912 })).toBe('1,912 images');
    const imageCount = { one: '{count} obraz', few: '{count} obrazy', other: '{count} obrazów' };
    const polish = openLanguage({ locale: 'pl', words: { imageCount } });
    expect([1, 3, 5].map((count) => polish.say('imageCount', { count }))).toEqual([
      '1 obraz',
      '3 obrazy',
      '5 obrazów',
    ]);
  });

  it('are taken apart for those who set the values themselves', () => {
    expect(openLanguage().split('download')).toEqual([
      { text: 'Get it as ' },
      { placeholder: 'gif' },
      { text: ' or ' },
      { placeholder: 'json' },
      { text: '.' },
    ]);
  });
});

describe('numbers', () => {
  const [english, german, japanese] = ['en', 'de', 'ja'].map((locale) => openLanguage({ locale }));

  it('are English as they have always been', () => {
    expect(english!.formatShare(0.612)).toBe('61.2%');
    expect(english!.formatShare(1)).toBe('100.0%');
    expect(english!.formatFixed(1234.5, 2)).toBe('1234.50');
    expect(english!.formatThousands(12_500)).toBe('12.5k');
    expect(english!.formatThousands(0)).toBe('0');
  });

  it.each([0, 0.0005, 0.1025, 0.6125, 1 / 3, 0.99949])('round %d as toFixed does', (share) => {
    expect(english!.formatShare(share)).toBe(`${(share * 100).toFixed(1)}%`);
    expect(english!.formatFixed(share, 3)).toBe(share.toFixed(3));
  });

  it.each([
    [0.0003, '0.03%'],
    [0.9997, '99.97%'],
    [0.99996, '99.996%'],
    [1e-9, '0.000000%'],
    [0, '0.0%'],
    [1, '100.0%'],
  ])('do not let a share of %d read as none or all: %s', (share, text) => {
    expect(english!.formatShare(share)).toBe(text);
  });

  it.each([
    [2.345, '2.35'],
    [0.0042, '0.0042'],
    [0.00042, '0.00042'],
    [0, '0.00'],
    [-0.004, '-0.0040'],
    [3.2e-7, '3.2e-7'],
    [1234.56, '1235'],
    [999.994, '999.99'],
  ])('say %d in at least two decimals and two digits: %s', (value, text) => {
    expect(english!.formatNumber(value, 2)).toBe(text);
  });

  it.each([
    [[4.24, 4.14, 3.9], '4.24× 4.14× 3.90×'],
    [[42.24, 4.19], '42.2× 4.2×'],
    [[4.21, 4.21, 4.2], '4.21× 4.21× 4.20×'],
    [[123.4, 122.9], '123× 123×'],
    [[45_678, 45_677], '45678× 45677×'],
    [[3.4e7, 1.2e7], '3.4e7× 1.2e7×'],
    [[1, NaN, Infinity], '1.00× – –'],
    [[], ''],
  ])('write multiples in three digits of the largest, %j: %s', (values, text) => {
    expect(english!.formatMultiples(values).join(' ')).toBe(text);
  });

  it('are written as the language writes them', () => {
    expect(german!.formatShare(0.612)).toBe(`61,2${BLANK}%`);
    expect(german!.formatFixed(0.4, 2)).toBe('0,40');
    expect(german!.formatMultiples([4.2])).toEqual(['4,20×']);
    expect(german!.formatBytes(1_840_000)).toBe(`1,8${BLANK}MB`);
    expect(japanese!.formatThousands(20_000)).toBe('2万');
    expect(japanese!.formatBytes(84_000)).toBe(`84${BLANK}KB`);
    expect(openLanguage({ locale: 'fa' }).formatFixed(40, 0)).toBe('۴۰');
    expect(openLanguage({ locale: 'fr' }).formatCount(1912)).toBe(`1${NARROW_BLANK}912`);
  });
});

it('joins sentences with a blank, but not behind a wide full stop', () => {
  expect(openLanguage().joinSentences(['One.', 'Two.'])).toBe('One. Two.');
  expect(openLanguage({ locale: 'ja' }).joinSentences(['一。', '二。'])).toBe('一。二。');
});

it('knows which way a language is written', () => {
  const directions = ['en', 'ja', 'he', 'ar-EG', 'fa', 'ks-Deva'].map(
    (locale) => openLanguage({ locale }).direction,
  );
  expect(directions).toEqual(['ltr', 'ltr', 'rtl', 'rtl', 'rtl', 'ltr']);
});
