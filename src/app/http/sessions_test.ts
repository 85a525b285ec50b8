import assert from "node:assert/strict";
import { cookieOf, makeToken, sameSecret, SESSION_SECONDS, Sessions } from "./sessions.ts";

Deno.test("a session ends after twelve hours, and the hundredth and first login ends the oldest", () => {
  let now = 0;
  const sessions = new Sessions("token", { now: () => now, sleep: () => Promise.resolve() });
  const first = sessions.logIn("token")!;
  assert.notEqual(sessions.of(first), null);
  now = SESSION_SECONDS * 1000 - 1;
  assert.notEqual(sessions.of(first), null);
  now += 1;
  assert.equal(sessions.of(first), null);

  const later = Array.from({ length: 101 }, () => sessions.logIn("token")!);
  assert.equal(sessions.of(later[0]!), null);
  assert.ok(later.slice(1).every((cookie) => sessions.of(cookie) !== null));
  assert.equal(new Set(later.map((cookie) => sessions.of(cookie)?.csrf)).size, 101);
});

Deno.test("only the whole token is the token, and one that is made is long and never the same", () => {
  for (const [given, expected] of [["", "a"], ["a", ""], ["ab", "a"], ["A", "a"], ["a\0", "a"]]) {
    assert.equal(sameSecret(given!, expected!), false);
  }
  assert.equal(sameSecret("äö", "äö"), true);
  assert.match(makeToken(), /^[0-9a-f]{64}$/);
  assert.notEqual(makeToken(), makeToken());
});

Deno.test("a cookie is found by its whole name, and a value that is none of ours is none", () => {
  const value = "0123456789abcdef".repeat(4);
  const headers = (cookie: string) => new Headers({ cookie });
  assert.equal(cookieOf(headers(`a=1; x-8080=${value};b=2`), "x-8080"), value);
  assert.equal(cookieOf(headers(`xx-8080=${value}`), "x-8080"), null);
  assert.equal(cookieOf(headers(`x-8080=${value}0`), "x-8080"), null);
  assert.equal(cookieOf(headers("x-8080="), "x-8080"), null);
  assert.equal(cookieOf(new Headers(), "x-8080"), null);
});
