/** What the component takes: apart from it and from the door, which both need it. */
import type { RunId } from '../run-ids.ts';

/** What `<EmbeddingAnimation>` takes. */
export type EmbeddingAnimationProps = {
  /** The run's id: the name of its folder below the runs folder. */
  run: RunId;
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
