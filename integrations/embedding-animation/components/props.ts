/** What the components take: apart from them and from the door, which both need it. */
import type { RunId } from '../run-ids.ts';

/** What `<EmbeddingAnimation>` takes. */
export type EmbeddingAnimationProps = {
  /** The run's id: the name of its folder below the runs folder. */
  run: RunId;
  /**
   * Which of the run's maps: the name of one shows it alone; a list of names gives a switch between them, the first of
   * them shown first. A switch offers twelve maps at most.
   * @default all maps of the run, in its order
   */
  map?: string | readonly string[] | undefined;
  /** Added to the figure's classes. */
  class?: string | undefined;
  /**
   * Gives what readers of feeds can show: an image with an absolute address, a caption, and a link to the article.
   * `true`, or the article's address; `false` gives the animation even there. What renders articles may say it for
   * all of them: `container.renderToString(Content, { locals: { embeddingAnimation: { feed: articleUrl } } })`.
   * @default whether Astro's Container renders it without a request of its own, as endpoints of feeds do
   */
  feed?: boolean | string | URL | undefined;
};

/** What `<EmbeddingQuality>` takes. */
export type EmbeddingQualityProps = {
  /** The run's id: the name of its folder below the runs folder. */
  run: RunId;
  /**
   * Name of the map that is told of.
   * @default the run's first
   */
  map?: string | undefined;
  /** Added to the figure's classes. */
  class?: string | undefined;
};

/** What `<MapComparison>` takes. */
export type MapComparisonProps = {
  /** The run's id. Its run.yaml says `compareMaps: true`. */
  run: RunId;
  /** Added to the figure's classes. */
  class?: string | undefined;
};
