import assert from "node:assert/strict";
import { inMemory } from "./fixture.ts";

Deno.test("settingOr() makes a value once", () =>
  inMemory(async (state) => {
    assert.equal(await state.settingOr("secret", () => "first"), "first");
    assert.equal(await state.settingOr("secret", () => "second"), "first");
    await state.setSetting("secret", "third");
    assert.equal(await state.setting("secret"), "third");
    assert.equal(await state.setting("other"), null);
  }));

Deno.test("token caches are stored beside the settings, not among them", () =>
  inMemory(async (state) => {
    await state.setTokenCache("app", "one");
    await state.setTokenCache("app", "two");
    assert.equal(await state.tokenCache("app"), "two");
    assert.equal(await state.setting("app"), null);
  }));

Deno.test("a pause is one per destination and scope", () =>
  inMemory(async (state) => {
    const pause = { destination: "jira" as const, scope: "", since: "2026-03-01T00:00:00Z", reason: "answers 503" };
    await state.setPause({ ...pause, reason: "does not answer" });
    await state.setPause(pause);
    await state.setPause({ ...pause, destination: "graph", scope: "a@x" });
    assert.equal((await state.pauses()).length, 2);
    await state.clearPause("graph", "a@x");
    assert.deepEqual(await state.pauses(), [pause]);
  }));

Deno.test("the last error is shown with its time until it is cleared", () =>
  inMemory(async (state, clock) => {
    assert.equal(await state.lastError(), null);
    await state.setLastError("Jira: answered 500");
    assert.deepEqual(await state.lastError(), { at: new Date(clock.now()).toISOString(), error: "Jira: answered 500" });
    await state.setLastError(null);
    assert.equal(await state.lastError(), null);
  }));
