import assert from "node:assert/strict";
import { HttpError } from "../core/errors.ts";
import { isTemporary, refusal } from "./refusals.ts";

const CONTEXT = { tenantId: "t-1", clientId: "c-1", redirectUri: "https://login.example.com/native" };

const EXPECTED: readonly (readonly [code: string, words: RegExp])[] = [
  ["AADSTS7000215", /Value, not its Secret ID/],
  ["AADSTS7000222", /secret has expired/],
  ["AADSTS700016", /"c-1" is not known in tenant "t-1"/],
  ["AADSTS700027", /certificate .* not one of the app's/],
  ["AADSTS700024", /clock/],
  ["AADSTS700021", /certificate/],
  ["AADSTS70011", /O365_SCOPES/],
  ["AADSTS90002", /no tenant "t-1"/],
  ["AADSTS50034", /no such account/],
  ["AADSTS50076", /multi-factor/],
  ["AADSTS50079", /multi-factor/],
  ["AADSTS50158", /multi-factor/],
  ["AADSTS53003", /Conditional Access/],
  ["AADSTS65001", /Grant admin consent/],
  ["AADSTS700082", /authorize/],
  ["AADSTS70008", /authorize/],
  ["AADSTS50173", /authorize/],
  ["AADSTS700084", /authorize/],
  ["AADSTS70020", /code has expired/],
  ["AADSTS7000218", /Allow public client flows/],
  ["AADSTS50011", /https:\/\/login\.example\.com\/native/],
  ["AADSTS500011", /O365_GRAPH_URL/],
  ["invalid_grant", /authorize/],
];

Deno.test("refusal() says what to do about every code it knows, and names the code", () => {
  for (const [code, words] of EXPECTED) {
    const { message, destination } = refusal(code, "vendor's words", CONTEXT);
    assert.equal(destination, "entra");
    assert.match(message, words);
    assert.ok(message.endsWith(`(${code})`));
    assert.ok(!message.includes("vendor's words"));
  }
});

Deno.test("refusal() falls back to the vendor's words", () => {
  assert.equal(refusal("AADSTS1", "Because.", CONTEXT).message, "Entra ID gave no token: Because. (AADSTS1)");
  assert.equal(refusal("", "", CONTEXT).message, "Entra ID gave no token: the request was refused");
});

Deno.test("isTemporary() knows what may pass", () => {
  const temporary = (status: number, code: string) =>
    isTemporary(new HttpError({ destination: "entra", method: "POST", path: "/", status, code, vendorMessage: "" }));
  assert.ok(temporary(429, "AADSTS7000215"));
  assert.ok(temporary(503, ""));
  assert.ok(temporary(403, ""), "a proxy's page");
  assert.ok(temporary(400, "AADSTS50196"));
  assert.ok(temporary(400, "temporarily_unavailable"));
  assert.ok(!temporary(401, "AADSTS7000215"));
  assert.ok(!temporary(400, "invalid_grant"));
});
