import { describe, expect, it } from 'vitest';
import { startProgress } from '../../integrations/embedding-animation/progress.ts';

function makeEnvironment(onTerminal: boolean) {
  const lines: string[] = [];
  const drawn: string[] = [];
  let time = 0;
  return {
    lines,
    drawn,
    pass: (ms: number) => (time += ms),
    environment: {
      logger: { info: (line: string) => void lines.push(line), warn: () => undefined },
      now: () => time,
      terminal: onTerminal ? (text: string) => void drawn.push(text) : undefined,
    },
  };
}

describe('progress', () => {
  it('is a line every ten seconds where there is no terminal', () => {
    const { environment, lines, pass } = makeEnvironment(false);
    const stage = startProgress('emoji: embedding', 'images', environment);
    for (let done = 1; done <= 25; done++) {
      pass(1000);
      stage.update(done * 100, 5000, 'checkpoint 1 of 2');
    }
    expect(lines).toEqual([
      'emoji: embedding checkpoint 1 of 2: 1000 of 5000 images, 100 images/s, 40 s left',
      'emoji: embedding checkpoint 1 of 2: 2000 of 5000 images, 100 images/s, 30 s left',
    ]);
  });

  it('is a bar on a terminal, and only the last line stays', () => {
    const { environment, lines, drawn, pass } = makeEnvironment(true);
    const stage = startProgress('emoji: drawing', 'frames', environment);
    pass(2000);
    stage.update(12, 24);
    expect(drawn.at(-1)).toContain(
      '████████████░░░░░░░░░░░░ emoji: drawing: 12 of 24 frames, 6.0 frames/s, 2 s left',
    );
    stage.finish('emoji: drew 24 frames');
    expect(drawn.at(-1)).toBe('\r\u001B[2K');
    expect(lines).toEqual(['emoji: drew 24 frames (2.0 s)']);
  });
});
