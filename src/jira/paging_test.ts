import assert from "node:assert/strict";
import { allPages, allTokenPages } from "./paging.ts";

const LIST = [1, 2, 3, 4, 5];

Deno.test("allPages() reads every page, by total or by isLast, also when pages are shorter than asked for", async () => {
  const byTotal = await allPages((at) => Promise.resolve({ items: LIST.slice(at, at + 2), total: 5 }));
  const byLast = await allPages((at) => Promise.resolve({ items: LIST.slice(at, at + 3), isLast: at + 3 >= 5 }));
  assert.deepEqual([byTotal, byLast], [LIST, LIST]);
});

Deno.test("allPages() ends at an empty page, at one that tells nothing more, and when it has enough", async () => {
  let asked = 0;
  await allPages(() => Promise.resolve({ items: asked++ === 0 ? [1] : [], total: 9 }));
  assert.equal(asked, 2);
  assert.deepEqual(await allPages(() => Promise.resolve({ items: [1] })), [1]);
  const read = (at: number) => Promise.resolve({ items: LIST.slice(at, at + 2), total: 5 });
  assert.deepEqual(await allPages(read, (page) => page.includes(2)), [1, 2]);
});

Deno.test("allTokenPages() follows the token until there is none, and never the same twice", async () => {
  const pages = new Map([[undefined, { items: [1], next: "b" }], ["b", { items: [2], next: null }]]);
  assert.deepEqual(await allTokenPages((token) => Promise.resolve(pages.get(token)!)), [1, 2]);
  assert.deepEqual(await allTokenPages(() => Promise.resolve({ items: [1], next: "same" })), [1, 1]);
});
