/** Walks pages that are sorted by a key, until one is empty. `list` gives the page of those above `after`. */
export async function* everyOne<T>(
  list: (after: string) => Promise<readonly T[]>,
  keyOf: (one: T) => string,
): AsyncIterable<T> {
  for (let after = ''; ;) {
    const page = await list(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield* page;
    after = keyOf(last);
  }
}
