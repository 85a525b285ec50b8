import assert from "node:assert/strict";
import { networkErrorFrom, reasonOf } from "./network_error.ts";

const request = { destination: "graph", method: "GET", url: "https://h.example.com/p?secret=1" } as const;

Deno.test("reasonOf() tells apart what both Deno versions say", () => {
  const url = "error sending request for url (https://h/p): client error";
  assert.equal(reasonOf(`${url} (Connect): dns error: failed to lookup address information`), "dns");
  assert.equal(reasonOf(`${url} (Connect): tcp connect error: Connection refused (os error 111)`), "refused");
  assert.equal(reasonOf(`${url} (Connect): invalid peer certificate: UnknownIssuer`), "tls");
  assert.equal(reasonOf(`${url} (Connect): tls handshake eof`), "reset");
  assert.equal(reasonOf(`${url} (SendRequest): connection closed before message completed`), "reset");
  assert.equal(reasonOf("error reading a body from connection"), "reset");
});

Deno.test("networkErrorFrom() keeps the detail and leaves the URL's query out", () => {
  const words = "error sending request for url (https://h.example.com/p?secret=1): client error (Connect): " +
    "tcp connect error: Connection refused (os error 111): Connection refused (os error 111)";
  for (const error of [new TypeError(words), new TypeError("fetch failed", { cause: new Error(words) })]) {
    const { message, reason } = networkErrorFrom(request, error);
    assert.equal(reason, "refused");
    assert.equal(
      message,
      "GET /p on Microsoft Graph: could not connect (tcp connect error: Connection refused (os error 111))",
    );
  }
});
