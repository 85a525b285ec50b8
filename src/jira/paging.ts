/** Lists that come in pages. */

/** Far above anything real: a server that ends no list must not keep us for ever. */
const MAX_PAGES = 1_000;

export interface Page<T> {
  readonly items: readonly T[];
  /** `null` where the answer does not tell. */
  readonly total?: number | null | undefined;
  readonly isLast?: boolean | null | undefined;
}

/** Every item of a list that is paged by `startAt`; `enough` ends it early. Pages may be shorter than asked for. */
export async function allPages<T>(
  read: (startAt: number) => Promise<Page<T>>,
  enough: (page: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, total, isLast } = await read(all.length);
    all.push(...items);
    if (items.length === 0 || isLast === true || enough(items)) return all;
    if (typeof total === "number" && all.length >= total) return all;
    if (isLast !== false && typeof total !== "number") return all;
  }
  return all;
}

/** Every item of a list that is paged by a token. */
export async function allTokenPages<T>(
  read: (token: string | undefined) => Promise<{ items: readonly T[]; next: string | null | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await read(token);
    all.push(...items);
    if (next === null || next === undefined || next === "" || next === token) return all;
    token = next;
  }
  return all;
}
