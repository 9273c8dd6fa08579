/** Which of a run's sets of pictures stand in the page, and where each is seen. */
import type { RunSummary } from '../artifacts/summary.ts';

type Variant = NonNullable<RunSummary['animation']>['variants'][number];

/** Windows that get portrait pictures. A wide picture's smallest type is 10 px high in a window of this width. */
export const PHONE = '(max-width: 34rem)';

/** One theme's pictures. */
export interface ThemePictures {
  readonly theme: Variant['theme'];
  readonly main: Variant;
  /** For phones. */
  readonly portrait: Variant | undefined;
}

/** The pictures by theme, in the order of the list. */
export function groupByTheme(variants: readonly Variant[]): ThemePictures[] {
  return Array.from(
    Map.groupBy(variants, ({ theme }) => theme),
    ([theme, own]) => {
      const portrait = own.find(({ arrangement }) => arrangement === 'portrait');
      const main = own.find(({ arrangement }) => arrangement === 'main') ?? own[0]!; // a group has a member
      return { theme, main, portrait };
    },
  );
}
