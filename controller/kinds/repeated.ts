/** Indexes of items whose value was there before, with the index where; absent values do not count. */
export function repeated<Item>(
  items: readonly Item[],
  value: (item: Item) => unknown,
): readonly { readonly index: number; readonly first: number; readonly value: unknown }[] {
  const seen = new Map<unknown, number>();
  return items.flatMap((item, index) => {
    const found = value(item);
    if (found === undefined) return [];
    const first = seen.get(found);
    if (first !== undefined) return [{ index, first, value: found }];
    seen.set(found, index);
    return [];
  });
}
