import { expect, test } from 'vitest';
import {
  findFeed,
  makeAbsolute,
  type PageContext,
} from '../../../integrations/embedding-animation/components/feed.ts';

const PAGE: PageContext = {
  asked: undefined,
  url: new URL('https://blog.example.org/a/'),
  isPrerendered: true,
  locals: {},
};
const CONTAINER = { ...PAGE, url: new URL('https://example.com/'), isPrerendered: false };

test.each<[string, PageContext, { article: string | undefined } | undefined]>([
  ['a page', PAGE, undefined],
  ['a page made on demand', { ...PAGE, isPrerendered: false }, undefined],
  ['a page of a template', { ...PAGE, url: new URL('https://example.com/a/') }, undefined],
  ['a container', CONTAINER, { article: undefined }],
  ['a container that was told otherwise', { ...CONTAINER, asked: false }, undefined],
  ['a page that asks for it', { ...PAGE, asked: true }, { article: 'https://blog.example.org/a/' }],
  ['a container with the article', { ...CONTAINER, asked: '/a/' }, { article: '/a/' }],
  ['locals', { ...CONTAINER, locals: { embeddingAnimation: { feed: '/b/' } } }, { article: '/b/' }],
  ['locals of others', { ...PAGE, locals: { embeddingAnimation: 'feed' } }, undefined],
])('in %s the feed is found', (_, surroundings, feed) => {
  expect(findFeed(surroundings)).toEqual(feed);
});

test('addresses become absolute where the site has one', () => {
  expect(makeAbsolute('/base/a.gif?v=1', 'https://example.org/')).toBe('https://example.org/base/a.gif?v=1');
  expect(makeAbsolute('https://cdn.example/a.gif', 'https://example.org/')).toBe('https://cdn.example/a.gif');
  expect(makeAbsolute('/base/a.gif', undefined)).toBe('/base/a.gif');
});
