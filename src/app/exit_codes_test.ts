import assert from "node:assert/strict";
import { ConfigError, CredentialsError, HttpError, NetworkError, StateError } from "../core/errors.ts";
import { EXIT, worstExit } from "./exit_codes.ts";
import { exitOfError } from "./exit_of_error.ts";

Deno.test("worstExit() prefers 2, 3, 75, 4 in this order, and 0 only if nothing else is there", () => {
  assert.equal(worstExit([]), 0);
  assert.equal(worstExit([0, 4, 0]), 4);
  assert.equal(worstExit([4, 75]), 75);
  assert.equal(worstExit([75, 3, 4]), 3);
  assert.equal(worstExit([4, 75, 3, 2, 0]), 2);
});

Deno.test("exitOfError() is the contract's table", () => {
  const http = (status: number, more: { code?: string; credentialsRefused?: boolean; destination?: "graph" } = {}) =>
    new HttpError({
      destination: "jira",
      method: "GET",
      path: "/x",
      status,
      code: "",
      vendorMessage: "",
      ...more,
    });
  const network = (reason: NetworkError["reason"]) => new NetworkError("graph", "GET", "/x", reason, "words");
  const cases: readonly (readonly [unknown, number])[] = [
    [new ConfigError([{ name: "X", problem: "is missing" }]), EXIT.usage],
    [new CredentialsError("entra", "expired"), EXIT.credentials],
    [http(200, { credentialsRefused: true }), EXIT.credentials],
    [http(403, { destination: "graph", code: "ErrorAccessDenied" }), EXIT.credentials],
    [http(401), EXIT.credentials],
    [http(429), EXIT.temporary],
    [http(500), EXIT.temporary],
    [http(503), EXIT.temporary],
    [http(400), EXIT.unexpected],
    [http(302), EXIT.unexpected],
    [network("refused"), EXIT.temporary],
    [network("dns"), EXIT.temporary],
    [network("timeout"), EXIT.temporary],
    [network("reset"), EXIT.temporary],
    [network("tls"), EXIT.unexpected],
    [new StateError("in use", "busy"), EXIT.temporary],
    [new StateError("disk full", "full"), EXIT.temporary],
    [new StateError("damaged", "corrupt"), EXIT.usage],
    [new StateError("newer", "newer"), EXIT.usage],
    [new StateError("no right", "readonly"), EXIT.usage],
    [new TypeError("a bug"), EXIT.unexpected],
    ["thrown text", EXIT.unexpected],
    [new AggregateError([http(503), new CredentialsError("jira", "refused"), new Error("x")]), EXIT.credentials],
  ];
  for (const [error, code] of cases) assert.equal(exitOfError(error), code, String(error));
});
