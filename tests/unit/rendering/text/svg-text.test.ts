import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { outlineSvgText } from '../../../../integrations/embedding-animation/rendering/text/svg-text.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const typesetter = openTypesetter();

function outline(svg: string) {
  const { document } = parseHTML(
    `<html><body><svg xmlns="http://www.w3.org/2000/svg">${svg}</svg></body></html>`,
  );
  const root = document.querySelector('svg');
  if (root === null) throw new Error('no svg');
  const boxes = outlineSvgText(root, typesetter);
  return { boxes, svg: root.innerHTML, root };
}

describe('outlineSvgText', () => {
  it('leaves no text behind, nor a word of it', () => {
    const { svg } = outline('<g><text>Hello</text><text><tspan>secret</tspan></text></g>');
    expect(svg).not.toMatch(/<text|<tspan|Hello|secret|font-/);
    expect(svg.match(/<path/g)).toHaveLength(2);
  });

  it('keeps fill, stroke, opacity and transform', () => {
    const { root } = outline(
      '<text fill="#123456" stroke="white" opacity="0.5" transform="translate(3,4)" x="1">a</text>',
    );
    const path = root.querySelector('path');
    expect(path?.getAttribute('fill')).toBe('#123456');
    expect(path?.getAttribute('stroke')).toBe('white');
    expect(path?.getAttribute('opacity')).toBe('0.5');
    expect(path?.getAttribute('transform')).toBe('translate(3,4)translate(1,0)');
  });

  it('inherits size, weight and anchor, and an own value wins', () => {
    const { boxes } = outline(
      '<g font-size="20" font-weight="700" text-anchor="end"><text>abc</text><text font-size="10" text-anchor="start">abc</text></g>',
    );
    const wide = typesetter.measure('abc', { size: 20, weight: 700 });
    expect(boxes[0]).toMatchObject({ size: 20 });
    expect(boxes[0]!.x).toBeCloseTo(-wide, 6);
    expect(boxes[0]!.width).toBeCloseTo(wide, 6);
    expect(boxes[1]).toMatchObject({ size: 10, x: 0 });
    expect(boxes[1]!.width).toBeCloseTo(wide / 2, 6);
  });

  it('centres on the middle', () => {
    const { boxes } = outline('<text font-size="20" text-anchor="middle" x="100">wide</text>');
    expect(boxes[0]!.x + boxes[0]!.width / 2).toBeCloseTo(100, 6);
  });

  it('adds up translations, positions and shifts, in px and em', () => {
    const { boxes } = outline(
      '<g transform="translate(10,20)"><text transform="translate(1 2)" font-size="10" x="3" y="0.5em" dx="4px" dy="1em">a</text></g>',
    );
    expect(boxes[0]!.x).toBeCloseTo(10 + 1 + 3 + 4, 6);
    expect(boxes[0]!.y).toBeCloseTo(20 + 2 + 5 + 10 - 0.727 * 10, 6);
  });

  it.each([
    ['hanging', 0],
    ['middle', -0.727 * 5],
    ['auto', -0.727 * 10],
  ])('understands dominant-baseline %s', (baseline, top) => {
    const { boxes } = outline(`<text font-size="10" dominant-baseline="${baseline}">H</text>`);
    expect(boxes[0]!.y).toBeCloseTo(top, 6);
  });

  it('sets each tspan where it says, or after the one before', () => {
    const { boxes } = outline(
      '<text font-size="10"><tspan x="5" y="-1em">one</tspan><tspan x="5" dy="1em">two</tspan><tspan>three</tspan></text>',
    );
    expect(boxes.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(boxes[1]!.y - boxes[0]!.y).toBeCloseTo(10, 6);
    expect(boxes[2]!.x).toBeCloseTo(5 + boxes[1]!.width, 6);
    expect(boxes[2]!.y).toBeCloseTo(boxes[1]!.y, 6);
  });

  it('draws markup in a text as the characters it is made of', () => {
    const { boxes, svg } = outline('<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>');
    expect(boxes[0]!.text).toBe('<script>alert(1)</script>');
    expect(svg).not.toContain('script');
  });
});
