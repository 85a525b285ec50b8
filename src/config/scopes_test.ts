import assert from "node:assert/strict";
import { parseScopes } from "./scopes.ts";

Deno.test("parseScopes() takes Graph's names, whatever stands between them", () => {
  assert.deepEqual(parseScopes("Mail.ReadWrite, Mail.Send offline_access").scopes, [
    "Mail.ReadWrite",
    "Mail.Send",
    "offline_access",
  ]);
});

Deno.test("parseScopes() maps python-o365's names", () => {
  assert.deepEqual(parseScopes("message_all,basic").scopes, [
    "Mail.ReadWrite",
    "Mail.Send",
    "offline_access",
    "User.Read",
  ]);
  assert.deepEqual(parseScopes("mailbox message_send").scopes, ["Mail.Read", "Mail.Send", "offline_access"]);
});

Deno.test("parseScopes() takes full names of any cloud", () => {
  const text = "https://graph.microsoft.com/Mail.ReadWrite https://graph.microsoft.us/Mail.Send " +
    "https://outlook.office.com/User.Read https://graph.microsoft.com/.default";
  assert.deepEqual(parseScopes(text), {
    scopes: ["Mail.ReadWrite", "Mail.Send", "User.Read", "https://graph.microsoft.com/.default", "offline_access"],
    unknown: [],
  });
});

Deno.test("parseScopes() names what is no scope", () => {
  assert.deepEqual(parseScopes("mesage_all Mail.Send constructor").unknown, ["mesage_all", "constructor"]);
});
