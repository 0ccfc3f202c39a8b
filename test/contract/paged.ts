/** One page of any list. */
interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly token: string | undefined;
}

const mostPages = 1_000;

/** Everything that a list has, page by page to its end. */
export async function paged<T>(load: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await load(token);
    all.push(...(page.items ?? []));
    if (page.token === undefined) return all;
    token = page.token;
  }
  throw new Error(`a list did not end after ${mostPages} pages`);
}
