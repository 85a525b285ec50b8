import assert from "node:assert/strict";
import { usersAnswer } from "./answers.ts";
import { cloudUser, serverUser } from "./people.ts";

function users(...found: Record<string, unknown>[]) {
  return usersAnswer.parse(found.map((user) => ({ active: true, accountType: "atlassian", ...user })));
}

const ada = { accountId: "a1", displayName: "Ada Lovelace", emailAddress: "Ada@Example.com" };

Deno.test("cloudUser() takes the one with exactly this address in any case, also among others", () => {
  const other = { accountId: "a2", displayName: "Adam", emailAddress: "ada@example.com.au" };
  assert.deepEqual(cloudUser(users(other, ada), "ada@example.com"), { id: "a1", displayName: "Ada Lovelace" });
  assert.equal(cloudUser(users(other), "ada@example.com"), null);
  assert.equal(cloudUser(users(ada, { ...ada, accountId: "a3" }), "ada@example.com"), null);
});

Deno.test("cloudUser() takes a hidden address only from the only hit, and only if its name holds no address", () => {
  const hidden = { accountId: "a1", displayName: "Ada Lovelace" };
  assert.equal(cloudUser(users(hidden), "ada@example.com")?.id, "a1");
  assert.equal(cloudUser(users({ ...hidden, emailAddress: null }), "ada@example.com")?.id, "a1");
  assert.equal(cloudUser(users({ ...hidden, displayName: "ada@example.com" }), "ada@example.com"), null);
  assert.equal(cloudUser(users(hidden, { accountId: "a2", displayName: "Ada Two" }), "ada@example.com"), null);
  assert.equal(cloudUser(users(), "ada@example.com"), null);
});

Deno.test("cloudUser() never takes apps or people who left", () => {
  assert.equal(cloudUser(users({ ...ada, accountType: "app" }), "ada@example.com"), null);
  assert.equal(cloudUser(users({ ...ada, active: false }), "ada@example.com"), null);
  assert.equal(cloudUser(users({ ...ada, accountType: "customer" }), "ada@example.com")?.id, "a1");
});

Deno.test("serverUser() takes exact addresses only: no hit and two hits are nobody", () => {
  const ada = { name: "alove", displayName: "Ada Lovelace", emailAddress: "ADA@example.com" };
  const masked = { name: "ada", displayName: "ada@example.com" };
  assert.deepEqual(serverUser(users(masked, ada), "ada@example.com"), { id: "alove", displayName: "Ada Lovelace" });
  assert.equal(serverUser(users(masked), "ada@example.com"), null);
  assert.equal(serverUser(users(ada, { ...ada, name: "ada2" }), "ada@example.com"), null);
});
