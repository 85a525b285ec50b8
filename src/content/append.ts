/** Adds many to a list. `list.push(...more)` overflows the stack when a mail makes `more` long enough. */
export function append<Item>(list: Item[], more: readonly Item[]): void {
  for (const item of more) list.push(item);
}
