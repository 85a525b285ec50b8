import assert from "node:assert/strict";
import { scopesFor } from "./scopes.ts";

Deno.test("scopesFor() asks for everything consented with client credentials", () => {
  assert.deepEqual(scopesFor("client-credentials", "https://graph.microsoft.us/", ["Mail.Read"]), [
    "https://graph.microsoft.us/.default",
  ]);
});

Deno.test("scopesFor() puts Graph's host before delegated scopes, and always asks for a refresh token", () => {
  assert.deepEqual(
    scopesFor("device-code", "https://graph.microsoft.us", ["Mail.ReadWrite", "openid", "https://other.example.com/X"]),
    ["https://graph.microsoft.us/Mail.ReadWrite", "openid", "https://other.example.com/X", "offline_access"],
  );
  assert.equal(scopesFor("authorization-code", "https://g.example.com", ["offline_access"]).length, 1);
});
