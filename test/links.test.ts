import { expect, test } from 'vitest';
import { brokenLinks } from './support/links.ts';
import { filesUnder } from './support/repository.ts';

test('every relative link of the documents leads to a file and a heading', () => {
  const documents = filesUnder('.', (path) => path.endsWith('.md'));
  expect(documents.length).toBeGreaterThan(0);
  expect(documents.flatMap(brokenLinks)).toEqual([]);
});

test.each([
  ['inline', 'See [this](no/such-file.md).'],
  ['image', '![picture](no-such.png "title")'],
  ['reference', '[this]: ./no-such.md'],
  ['markup', '<img src="no-such.svg">'],
  ['heading of the same file', '# Title\n\n[there](#no-such-heading)'],
  ['heading of another file', '[there](../CONTRIBUTING.md#no-such-heading)'],
])('a planted broken link is reported: %s', (_, text) => {
  expect(brokenLinks({ path: 'docs/a.md', text })).toHaveLength(1);
});

test('good links, web addresses and code are not reported', () => {
  const text = [
    '# The `map` verb, explained',
    '[a](../CONTRIBUTING.md) [b](https://example.org/x) [c](#the-map-verb-explained)',
    '`[code](no-such.md)`',
    '```md',
    '[code](no-such.md)',
    '```',
  ].join('\n');
  expect(brokenLinks({ path: 'docs/a.md', text })).toEqual([]);
});
