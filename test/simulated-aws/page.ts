/** One page of a list and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** How a list is cut into pages. */
export interface PageCut {
  readonly size: number;
  /** How many items of a page the next one repeats, as AWS may do when the list changes meanwhile. */
  readonly overlap: number;
  /** Whether a page without items comes before each page, as AWS may give when it filters what it has read. */
  readonly blank?: boolean;
}

/**
 * Cuts one page out of a list. The token names the last item of the page, so that changes between two pages move items
 * the way they do in AWS. `undefined`: the token is not one of ours.
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { size, overlap, blank = false }: PageCut,
  token: string | undefined,
): Page<T> | undefined {
  const start = token === undefined ? 0 : startAfter(items, keyOf, token);
  if (start === undefined) return undefined;
  const before = items[start - 1];
  if (blank && !isAfterBlank(token)) {
    return { items: [], nextToken: tokenOf(start, before === undefined ? '' : keyOf(before), true) };
  }
  const end = start + size;
  const cut = items.slice(start, end);
  const seen = Math.max(start + 1, end - overlap);
  const last = items[seen - 1];
  return { items: cut, nextToken: end < items.length && last !== undefined ? tokenOf(seen, keyOf(last)) : undefined };
}

function tokenOf(index: number, key: string, afterBlank = false): string {
  return Buffer.from(JSON.stringify([index, key, afterBlank])).toString('base64url');
}

function isAfterBlank(token: string | undefined): boolean {
  if (token === undefined) return false;
  return (JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[])[2] === true;
}

function startAfter<T>(items: readonly T[], keyOf: (item: T) => string, token: string): number | undefined {
  try {
    const [index, key] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (typeof index !== 'number') return undefined;
    const place = items.findIndex(item => keyOf(item) === key);
    return place === -1 ? index : place + 1;
  } catch {
    return undefined;
  }
}
