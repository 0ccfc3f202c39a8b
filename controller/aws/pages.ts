/**
 * Every item of a paged call, to the end, whatever the sizes of the pages. `call` gets the token of the page it should
 * fetch, undefined for the first, and answers with the items and the next token.
 */
export async function allPages<Item>(
  call: (token: string | undefined) => Promise<{ items: readonly Item[] | undefined; next: string | undefined }>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const page = await call(token);
    found.push(...(page.items ?? []));
    token = page.next || undefined;
  } while (token !== undefined);
  return found;
}

/** A list cut into pieces of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
