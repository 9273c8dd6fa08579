/** The part of gifenc 1.0.3 that is used; the package ships no types. */
declare module 'gifenc' {
  type Colour = number[];

  interface FrameOptions {
    /** Global with the first frame, local with a later one. */
    palette?: readonly (readonly number[])[];
    /** 0 loops for ever. */
    repeat?: number;
    transparent?: boolean;
    transparentIndex?: number;
    dispose?: number;
    /** ms. */
    delay?: number;
  }

  interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
    /** What is written so far; a view, valid until more is written. */
    bytesView(): Uint8Array;
  }

  export interface Gifenc {
    GIFEncoder(): Encoder;
    quantize(
      rgba: Uint8Array,
      most: number,
      options?: { format?: 'rgb565' | 'rgb444' | 'rgba4444' },
    ): Colour[];
  }

  /** Named exports: where a bundler or test runner unwraps CommonJS. */
  export const GIFEncoder: Gifenc['GIFEncoder'] | undefined;
  export const quantize: Gifenc['quantize'] | undefined;
  const gifenc: Gifenc;
  export default gifenc;
}
