/** `path` below the site's base: `link('articles/emoji/')` is `/blog/articles/emoji/` where the base is `/blog`. */
export function link(path: string): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`;
}
