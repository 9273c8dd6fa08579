/** Whether the component stands in a feed, and what its addresses are there. */

/** Where the component is rendered, as Astro says it. */
export interface PageContext {
  /** The component's `feed`. */
  readonly asked: boolean | string | URL | undefined;
  readonly url: URL;
  readonly isPrerendered: boolean;
  /** `{ embeddingAnimation: { feed } }` says the same for all animations of a rendering. */
  readonly locals: unknown;
}

/** A feed that the component stands in. */
export interface Feed {
  /** The article's address; absent where nobody said it. */
  readonly article: string | undefined;
}

/** The origin of the request that Astro's Container makes up. RFC 2606 keeps the name from real sites. */
const CONTAINER_ORIGIN = 'https://example.com';

/**
 * The feed that the component stands in; `undefined` in a page. Unless the component was told, it is in a feed where
 * the Container renders it without a request of its own: pages of a site whose `site` is that same origin, as in
 * templates, are told apart by being prerendered, which the Container never does.
 */
export function findFeed({ asked, url, isPrerendered, locals }: PageContext): Feed | undefined {
  const isMadeUp = url.origin === CONTAINER_ORIGIN && !isPrerendered;
  const wanted = asked ?? readKey(readKey(locals, 'embeddingAnimation'), 'feed') ?? isMadeUp;
  if (wanted === false) return undefined;
  if (typeof wanted === 'string' || wanted instanceof URL) return { article: String(wanted) };
  return { article: isMadeUp ? undefined : url.href };
}

/** An address below the site, made absolute where the site's own is known. */
export function makeAbsolute(address: string, site: string | undefined): string {
  return site === undefined ? address : new URL(address, site).href;
}

function readKey(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
