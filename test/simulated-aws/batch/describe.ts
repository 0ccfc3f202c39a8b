import { page } from '../page.ts';
import { clientException } from '../service.ts';
import type { World } from '../world.ts';

/** What is common to the Describe and List requests of Batch. */
interface Listing {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** One page of a list of Batch. */
export function batchPage<T>(
  world: World,
  operation: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  { maxResults, nextToken }: Listing,
): { items: T[]; nextToken: string | undefined } {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > 100)) {
    throw clientException('maxResults should be between 1 and 100.');
  }
  const cut = page(items, keyOf, world.pages(operation, maxResults, 100), nextToken);
  if (cut === undefined) throw clientException('Invalid nextToken.');
  return { items: [...cut.items], nextToken: cut.nextToken };
}

/** Refuses more names than one Describe takes, and names together with the size of a page. */
export function limitNames(noun: string, names: readonly string[] | undefined, { maxResults }: Listing = {}): void {
  if ((names?.length ?? 0) > 100) throw clientException(`The number of ${noun} should not exceed the maximum of 100.`);
  if ((names?.length ?? 0) > 0 && maxResults !== undefined) {
    throw clientException(`${noun} and MaxResults cannot both be set`);
  }
}
