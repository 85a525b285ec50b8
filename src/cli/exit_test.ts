import assert from "node:assert/strict";
import { ConfigError } from "../core/errors.ts";
import { failureText } from "./exit.ts";

Deno.test("failureText() tells every problem of a configuration, one on one line", () => {
  const problems = [{ name: "A", problem: "is missing" }, { name: "B", problem: "is no URL" }];
  assert.equal(
    failureText(new ConfigError(problems), true),
    "2 problems to solve first:\n  A: is missing\n  B: is no URL",
  );
  assert.equal(failureText(new ConfigError(problems.slice(1)), false), "B: is no URL");
});

Deno.test("failureText() shows stacks, of causes too, only when asked", () => {
  const error = new Error("Writing failed", { cause: new TypeError("no disk") });
  assert.equal(failureText(error, false), "Writing failed");
  assert.match(
    failureText(error, true),
    /^Writing failed\nError: Writing failed\n\s+at [^]*\nCaused by: TypeError: no disk\n\s+at /,
  );
});

Deno.test("failureText() tells every error of several, and thrown things that are no errors", () => {
  assert.equal(failureText(new AggregateError([new Error("one"), "two"]), false), "one\ntwo");
});
