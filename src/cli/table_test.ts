import assert from "node:assert/strict";
import { shortened, table } from "./table.ts";

Deno.test("table() aligns columns, numbers to the right, without blanks at the end", () => {
  assert.deepEqual(table(["Name", "n", "Rest"], [["a", 5, "x"], ["longer", 100, ""]]), [
    "Name      n  Rest",
    "a         5  x",
    "longer  100",
  ]);
});

Deno.test("table() counts the columns of a terminal, and keeps a cell on one line", () => {
  assert.deepEqual(table(["A", "B"], [["日本", "x"], ["e\u0301e", "y\nz"], ["🔥!", "w"]]), [
    "A     B",
    "日本  x",
    "e\u0301e    y z",
    "🔥!   w",
  ]);
});

Deno.test("shortened() cuts between characters", () => {
  assert.equal(shortened("Printer on fire", 20), "Printer on fire");
  assert.equal(shortened("🔥🔥🔥🔥", 3), "🔥🔥…");
});
