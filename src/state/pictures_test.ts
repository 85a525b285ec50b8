import assert from "node:assert/strict";
import { inMemory } from "./fixture.ts";

const logo = "ab".repeat(32);

Deno.test("a picture is remembered for its issue alone; a new upload of it takes the place of one that was deleted", () =>
  inMemory(async (state) => {
    assert.equal(await state.pictureOn("10001", logo), null);
    await state.rememberPictures("10001", [{ sha256: logo, attachmentId: "1", name: "logo.png" }]);
    assert.deepEqual({ ...await state.pictureOn("10001", logo) }, { attachmentId: "1", name: "logo.png" });
    assert.equal(await state.pictureOn("10002", logo), null);
    assert.equal(await state.pictureOn("10001", "cd".repeat(32)), null);
    await state.rememberPictures("10001", [{ sha256: logo, attachmentId: "9", name: "logo-2.png" }]);
    assert.equal((await state.pictureOn("10001", logo))?.attachmentId, "9");
  }));

Deno.test("a picture stays known when the receipts of its mail are pruned", () =>
  inMemory(async (state, clock) => {
    await state.rememberPictures("10001", [{ sha256: logo, attachmentId: "1", name: "logo.png" }]);
    clock.move(400 * 86_400_000);
    await state.prune(30);
    assert.equal((await state.pictureOn("10001", logo))?.name, "logo.png");
  }));
