import { expect, it } from 'vitest';
import { page } from './page.ts';

const keyOf = (item: string) => item;
const two = { size: 2, overlap: 0 };

it('goes on after the last item it gave, wherever that stands by now', () => {
  const first = page(['a', 'b', 'c', 'd'], keyOf, two, undefined);

  expect(page(['x', 'a', 'b', 'c', 'd'], keyOf, two, first?.nextToken)?.items).toEqual(['c', 'd']);
  expect(page(['b', 'c', 'd'], keyOf, two, first?.nextToken)?.items).toEqual(['c', 'd']);
});

it('skips items when the one it stopped at is gone and others moved up', () => {
  const first = page(['a', 'b', 'c', 'd'], keyOf, two, undefined);

  expect(page(['c', 'd', 'e'], keyOf, two, first?.nextToken)?.items).toEqual(['e']);
});

it('always gets on, however large the overlap', () => {
  const cut = { size: 2, overlap: 9 };
  const first = page(['a', 'b', 'c'], keyOf, cut, undefined);

  expect(page(['a', 'b', 'c'], keyOf, cut, first?.nextToken)).toMatchObject({
    items: ['b', 'c'],
    nextToken: undefined,
  });
});

it('may have a page without items before each page', () => {
  const cut = { size: 2, overlap: 0, blank: true };
  const pages: (readonly string[] | undefined)[] = [];
  let token: string | undefined;
  do {
    const got = page(['a', 'b', 'c'], keyOf, cut, token);
    pages.push(got?.items);
    token = got?.nextToken;
  } while (token !== undefined);

  expect(pages).toEqual([[], ['a', 'b'], [], ['c']]);
});

it('knows a token that is not its own', () => {
  expect(page(['a'], keyOf, two, 'abc')).toBeUndefined();
});
