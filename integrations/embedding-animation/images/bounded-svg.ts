/** Drawing of SVGs that are not ours: within a limit of bytes and of time. */
import { fork, type ChildProcess } from 'node:child_process';
import type { RgbImage } from '../contracts.ts';
import { EmbeddingAnimationError, makeError } from '../errors.ts';
import type { DrawingAnswer, DrawingTask } from './svg-process.ts';
import { rasterizeSvg, type RasterizeOptions } from './svg.ts';

/** Most bytes of a drawing: the largest icon of Noto Emoji has 172,613. */
const MAX_DRAWING_BYTES = 512 << 10;
/** Time for one drawing; those of icons take milliseconds. */
const LIMIT_MS = 10_000;
/** An idle process is ended after this time. */
const IDLE_MS = 2000;

/** A drawing of so few bytes without what multiplies work takes a fraction of a second, whatever it is. */
const SMALL_DRAWING_BYTES = 8 << 10;
const MULTIPLIES_WORK = /dash|filter|href|pattern|mask|clip|style|<use|<image|<marker|<text/i;

/** Draws SVGs. */
export interface SvgDrawer {
  /**
   * Draws as `rasterizeSvg`, in a process of its own unless the drawing is surely small work: time grows with the
   * square of lines that cross, and nothing else can end librsvg.
   * @throws EmbeddingAnimationError `ImageUnreadable`, also for a drawing that is too large or takes too long
   */
  draw(svg: string, options: RasterizeOptions): Promise<RgbImage>;
}

/** What a drawer may be told. */
export interface DrawerOptions {
  /** @default 10 s */
  readonly limitMs?: number;
}

/** Opens a drawer. Its process starts with the first drawing that needs it, and ends when it has been idle a while. */
export function openSvgDrawer({ limitMs = LIMIT_MS }: DrawerOptions = {}): SvgDrawer {
  let child: ChildProcess | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  function start(): ChildProcess {
    const url = new URL('./svg-process.ts', import.meta.url);
    const started = fork(url, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  }

  function end(): void {
    child?.kill('SIGKILL');
    child = undefined;
  }

  async function drawInProcess(task: DrawingTask): Promise<RgbImage> {
    clearTimeout(idle);
    child ??= start();
    const answer = await ask(child, task, limitMs);
    if (answer === undefined) {
      end();
      throw makeError('ImageUnreadable', 'drawingTooSlow', { seconds: limitMs / 1000 });
    }
    idle = setTimeout(end, IDLE_MS).unref();
    if ('image' in answer) return answer.image;
    if ('refused' in answer) throw EmbeddingAnimationError.fromTransferable(answer.refused);
    throw makeError('ImageUnreadable', 'undecodable', { said: answer.failed });
  }

  return {
    draw(svg, options) {
      const bytes = Buffer.byteLength(svg);
      if (bytes > MAX_DRAWING_BYTES)
        return Promise.reject(
          makeError('ImageUnreadable', 'drawingTooLarge', { bytes, most: MAX_DRAWING_BYTES }),
        );
      if (bytes <= SMALL_DRAWING_BYTES && !MULTIPLIES_WORK.test(svg)) return rasterizeSvg(svg, options);
      const drawn = queue.then(() => drawInProcess({ svg, options }));
      queue = drawn.catch(() => undefined); // whoever asked gets the error
      return drawn;
    },
  };
}

/** The process's answer; `undefined` where it does not come in time. The process keeps nobody waiting meanwhile. */
function ask(child: ChildProcess, task: DrawingTask, limitMs: number): Promise<DrawingAnswer | undefined> {
  return new Promise((resolve) => {
    const settle = (answer: DrawingAnswer | undefined): void => {
      clearTimeout(limit);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.unref();
      child.channel?.unref();
      resolve(answer);
    };
    const onMessage = (answer: unknown): void => {
      settle(answer as DrawingAnswer); // what svg-process.ts sends
    };
    const onExit = (): void => {
      settle({ failed: 'the process that draws it has ended' });
    };
    const limit = setTimeout(() => {
      settle(undefined);
    }, limitMs);
    child.ref();
    child.channel?.ref();
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(task);
  });
}
