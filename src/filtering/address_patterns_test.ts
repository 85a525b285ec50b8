import assert from "node:assert/strict";
import { matchesPattern } from "./address_patterns.ts";

Deno.test("matchesPattern() takes an address in any case", () => {
  assert.equal(matchesPattern("Ada@Example.COM", "ada@example.com"), true);
  assert.equal(matchesPattern("ada@example.com", "ADA@EXAMPLE.COM"), true);
  assert.equal(matchesPattern("adam@example.com", "ada@example.com"), false);
});

Deno.test("matchesPattern() takes a domain without its sub-domains", () => {
  assert.equal(matchesPattern("ada@example.com", "example.com"), true);
  assert.equal(matchesPattern("ada@example.com", "@example.com"), true);
  assert.equal(matchesPattern("ada@example.com", "*@example.com"), true);
  assert.equal(matchesPattern("ada@mail.example.com", "example.com"), false);
  assert.equal(matchesPattern("ada@badexample.com", "example.com"), false);
});

Deno.test("matchesPattern() takes *.domain as its sub-domains only", () => {
  assert.equal(matchesPattern("ada@mail.example.com", "*.example.com"), true);
  assert.equal(matchesPattern("ada@a.b.example.com", "*.example.com"), true);
  assert.equal(matchesPattern("ada@example.com", "*.example.com"), false);
  assert.equal(matchesPattern("ada@badexample.com", "*.example.com"), false);
});

Deno.test("matchesPattern() takes * as anything, and nothing else as a wildcard", () => {
  assert.equal(matchesPattern("", "*"), true);
  assert.equal(matchesPattern("ada@example.com", "*"), true);
  assert.equal(matchesPattern("ada@example.com", ""), false);
  assert.equal(matchesPattern("ada@exampleXcom", "example.com"), false);
});

Deno.test("matchesPattern() sees through international domain names", () => {
  assert.equal(matchesPattern("ada@xn--mnchen-3ya.example", "MÜNCHEN.example"), true);
  assert.equal(matchesPattern("ada@münchen.example", "xn--mnchen-3ya.example"), true);
  assert.equal(matchesPattern("ada@post.münchen.example", "*.xn--mnchen-3ya.example"), true);
});
