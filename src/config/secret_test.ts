import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Secret } from "./secret.ts";

Deno.test("a Secret prints as stars everywhere", () => {
  const secret = new Secret("hunter2");
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    Deno.inspect({ secret }),
    inspect({ secret }),
    inspect(secret),
    Deno.inspect([secret], { depth: 9 }),
    Object.prototype.toString.call(secret),
    JSON.stringify(Object.entries(secret)),
  ];
  for (const text of printed) assert.ok(!text.includes("hunter2"), text);
  assert.equal(`${secret}`, "******");
  assert.equal(JSON.stringify({ secret }), '{"secret":"******"}');
});

Deno.test("reveal() gives the value", () => {
  assert.equal(new Secret("hunter2").reveal(), "hunter2");
});
