import assert from "node:assert/strict";
import { CredentialsError, HttpError, NetworkError, SchemaError, StateError } from "../core/errors.ts";
import { backoffMs, classify, provesNotExecuted } from "./classify.ts";

function answer(destination: "graph" | "jira" | "entra", status: number, more: object = {}): HttpError {
  return new HttpError({ destination, method: "POST", path: "/x", status, code: "", vendorMessage: "", ...more });
}

function broken(reason: NetworkError["reason"]): NetworkError {
  return new NetworkError("jira", "POST", "/x", reason, reason);
}

Deno.test("classify() reads every error by what it asks for", async (t) => {
  const table: [string, unknown, object][] = [
    ["429 with Retry-After", answer("jira", 429, { retryAfterMs: 2000 }), {
      kind: "throttled",
      destination: "jira",
      afterMs: 2000,
    }],
    ["429 without", answer("graph", 429), { kind: "throttled", destination: "graph", afterMs: null }],
    ["503 with Retry-After", answer("jira", 503, { retryAfterMs: 1 }), {
      kind: "throttled",
      destination: "jira",
      afterMs: 1,
    }],
    ["503 without", answer("jira", 503), { kind: "transient", destination: "jira", afterMs: null }],
    ["500", answer("jira", 500), { kind: "transient", destination: "jira", afterMs: null }],
    ["409", answer("jira", 409), { kind: "transient", destination: "jira", afterMs: null }],
    ["400", answer("jira", 400), { kind: "fault" }],
    ["404", answer("graph", 404), { kind: "fault" }],
    ["401 of Graph", answer("graph", 401), { kind: "pause", destination: "graph", reason: "credentials" }],
    ["403 with a refused credential", answer("jira", 403, { credentialsRefused: true }), {
      kind: "pause",
      destination: "jira",
      reason: "credentials",
    }],
    ["a mailbox that is closed to us", answer("graph", 403, { code: "ErrorAccessDenied" }), {
      kind: "pause",
      destination: "graph",
      reason: "credentials",
    }],
    ["a redirect", answer("jira", 302), { kind: "transient", destination: "jira", afterMs: null }],
    ["nobody there", broken("refused"), { kind: "pause", destination: "jira", reason: "down" }],
    ["a broken connection", broken("reset"), { kind: "transient", destination: "jira", afterMs: null }],
    ["our own stop", broken("aborted"), { kind: "aborted" }],
    ["Entra ID's refusal", new CredentialsError("entra", "x"), {
      kind: "pause",
      destination: "entra",
      reason: "credentials",
    }],
    ["a full disk", new StateError("x", "full"), { kind: "state" }],
    ["an answer that is not what it should be", new SchemaError("jira", "/x", "x"), {
      kind: "transient",
      destination: "jira",
      afterMs: null,
    }],
    ["a mistake of ours", new TypeError("x"), { kind: "fault" }],
  ];
  for (const [name, error, expected] of table) {
    await t.step(name, () => assert.deepEqual(classify(error), expected));
  }
});

Deno.test("provesNotExecuted() believes only answers that say so", () => {
  for (const status of [400, 401, 403, 404, 413, 422, 429]) {
    assert.equal(provesNotExecuted(answer("jira", status), true), true, `${status}`);
  }
  for (const status of [408, 409, 425, 499, 500, 502, 503, 504]) {
    assert.equal(provesNotExecuted(answer("jira", status), true), false, `${status}`);
  }
  assert.equal(provesNotExecuted(answer("jira", 400), false), false, "a later try may be the echo of the first");
  assert.equal(provesNotExecuted(answer("jira", 429), false), true);
  assert.equal(provesNotExecuted(broken("refused"), false), true);
  assert.equal(provesNotExecuted(broken("reset"), true), false);
  assert.equal(provesNotExecuted(broken("timeout"), true), false);
});

Deno.test("backoffMs() doubles, with jitter, to ten minutes", () => {
  assert.equal(backoffMs(1, 1), 2_000);
  assert.equal(backoffMs(3, 1), 8_000);
  assert.equal(backoffMs(3, 0), 4_000);
  assert.equal(backoffMs(50, 1), 600_000);
});
