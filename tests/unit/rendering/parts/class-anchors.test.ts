import { describe, expect, it } from 'vitest';
import { layOutFrame } from '../../../../integrations/embedding-animation/rendering/layout.ts';
import {
  listNameBoxes,
  namesAll,
  planAnchors,
  type AnchorsPlan,
} from '../../../../integrations/embedding-animation/rendering/parts/class-anchors.ts';
import { planStaticLayer } from '../../../../integrations/embedding-animation/rendering/static-layer.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { placeAnchors, findOverlaps, makeFrameInput } from '../../../helpers/rendering.ts';

const typesetter = openTypesetter();
const SIZES = [
  { width: 1200, height: 800, outliers: 10, hasLosses: true },
  { width: 720, height: 1260, outliers: 5, hasLosses: true },
  { width: 400, height: 267, outliers: 10, hasLosses: true },
  { width: 900, height: 900, outliers: 0, hasLosses: false },
];
const ANIMALS =
  'golden retriever,Staffordshire bull terrier,West Highland white terrier,tabby cat,Persian cat,red fox,Arctic fox,brown bear,ice bear,lion,tiger,cheetah,hummingbird,great white shark,hammerhead,goldfinch,American robin,bald eagle,tree frog,loggerhead,green iguana,African chameleon,Komodo dragon,tarantula,black widow,peacock,sulphur-crested cockatoo,flamingo,African elephant,giant panda'.split(
    ',',
  );

const plan = (names: readonly string[], size = SIZES[0]!, images: readonly number[] = []): AnchorsPlan =>
  planAnchors(placeAnchors(names), { ...layOutFrame({ ...size, legendRows: 0 }), images }, typesetter);
const textsOf = ({ anchors }: AnchorsPlan): string[] =>
  anchors.flatMap(({ label }) => (label ? label.lines.map(({ text }) => text).join(' ') : []));

describe.each(SIZES)('a class map of $width × $height px', (size) => {
  const { map, unit } = layOutFrame({ ...size, legendRows: 0 });

  it.each([1, 2, 3, 5, 10, 20, 30])('names %i classes whole, inside the map, none over another', (count) => {
    const names = ANIMALS.slice(0, count);
    const planned = plan(names, size);
    expect(textsOf(planned)).toEqual(names);
    expect(namesAll(planned, count)).toBe(true);
    const boxes = listNameBoxes(planned).map((box, index) => {
      return { ...box, text: String(index), size: 1, missing: 0 };
    });
    expect(findOverlaps(boxes)).toEqual([]);
    for (const { x, y, width, height } of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(map.width);
      expect(y + height).toBeLessThanOrEqual(map.height);
    }
  });

  it('sets no name smaller than the smallest type of its legend, and leaves the circle room', () => {
    for (const count of [3, 10, 30]) {
      const { circle, anchors } = plan(ANIMALS.slice(0, count), size);
      for (const { label } of anchors) expect(label!.lines[0]!.size).toBeGreaterThanOrEqual(18 * unit - 1e-9);
      expect(2 * circle.radius).toBeGreaterThan(0.36 * Math.min(map.width, map.height));
    }
  });

  it('names of a hundred classes as many as stand beside their anchors, in the order around the circle', () => {
    const names = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    const planned = plan(names, size);
    const shown = textsOf(planned);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.length).toBeLessThan(100);
    expect(shown).toEqual(names.filter((name) => shown.includes(name)));
    expect(namesAll(planned, 100)).toBe(false);
    expect(planned.anchors).toHaveLength(100);
  });
});

describe('planAnchors', () => {
  it('names the classes with the most images where not all have room', () => {
    const names = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    const images = names.map((_, i) => (i % 10 === 3 ? 50 : 1));
    const shown = textsOf(plan(names, SIZES[0], images));
    for (let i = 3; i < 100; i += 10) expect(shown).toContain(`class ${i}`);
  });

  it('shortens names that no circle leaves room for, so that they can be told apart', () => {
    const names = Array.from('abcdef', (letter) => letter + 'incomprehensibly'.repeat(4));
    const shown = textsOf(plan(names));
    expect(new Set(shown).size).toBe(6);
    expect(shown.filter((text) => text.includes('…')).length).toBeGreaterThanOrEqual(4);
  });

  it('keeps the anchors on one circle, y upwards', () => {
    const { circle, anchors } = plan(['top', 'right', 'bottom', 'left']);
    for (const { x, y } of anchors) expect(Math.hypot(x - circle.x, y - circle.y)).toBeCloseTo(circle.radius);
    expect(anchors[0]!.y).toBeLessThan(anchors[2]!.y);
    expect(anchors[1]!.x).toBeGreaterThan(anchors[3]!.x);
  });

  it('breaks names of scripts without blanks, and sets those from right to left', () => {
    const names = [
      'ゴールデン・レトリバーの子犬たち',
      'שלום עולם',
      'مرحبا بالعالم',
      'קו ארוך מאוד מאוד של מילים',
    ];
    const shown = plan(names).anchors.map(({ label }) => label!.lines.map(({ text }) => text).join(''));
    expect(shown.map((text) => text.replaceAll(' ', ''))).toEqual(
      names.map((name) => name.replaceAll(' ', '')),
    );
  });
});

describe('the static layer of a class map', () => {
  const compose = (names: readonly string[], extra = {}) =>
    planStaticLayer(
      makeFrameInput({ classNames: names, anchors: placeAnchors(names), ...extra }),
      typesetter,
    );

  it('has no legend where all classes of the set are named, and a higher map instead', () => {
    const names = ANIMALS.slice(0, 9);
    const [classes, others] = [
      compose(names),
      planStaticLayer(makeFrameInput({ classNames: names }), typesetter),
    ];
    expect(classes.texts.filter(({ text }) => text === 'red fox')).toHaveLength(1);
    expect(classes.layout.legend.height).toBe(0);
    expect(classes.layout.map.height).toBeGreaterThan(others.layout.map.height + 100);
  });

  it('keeps its legend where not all are named', () => {
    const names = Array.from({ length: 60 }, (_, i) => `class ${i}`);
    expect(compose(names).layout.legend.height).toBeGreaterThan(0);
    const lacking = placeAnchors(names.slice(0, 3));
    const some = makeFrameInput({ classNames: names.slice(0, 4), anchors: lacking });
    expect(planStaticLayer(some, typesetter).layout.legend.height).toBeGreaterThan(0);
  });

  it('names a class of the model that the set lacks in muted ink', () => {
    const names = ['cat', 'dog', 'bird'];
    const anchors = placeAnchors([...names, 'fish']).map((anchor, index) =>
      index === 3 ? { ...anchor, classIndex: undefined } : anchor,
    );
    const { svg, texts, theme } = compose(names, { anchors });
    expect(texts.map(({ text }) => text)).toContain('fish');
    const count = (layer: { readonly svg: string }): number =>
      layer.svg.split(`fill="${theme.muted}"`).length;
    expect(count({ svg })).toBe(count(compose(names)) + 1);
  });

  it('has no text over another', () => {
    for (const count of [3, 10, 30, 60]) {
      const names = Array.from({ length: count }, (_, i) => ANIMALS[i] ?? `class ${i}`);
      expect(findOverlaps(compose(names).texts)).toEqual([]);
    }
  });
});
