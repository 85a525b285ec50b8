import assert from "node:assert/strict";
import { headers } from "./envelope_for_test.ts";
import { verifySender } from "./verification.ts";

function verify(...values: readonly string[]) {
  return verifySender({ headers: headers(...values.map((value) => `Authentication-Results: ${value}`)) });
}

const exchange =
  "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.com; dkim=pass (signature was verified)\r\n" +
  " header.d=example.com;dmarc=pass action=none\r\n header.from=example.com;compauth=pass reason=100";

Deno.test("verifySender() reads what Exchange writes, folded", () => {
  assert.equal(verify(exchange), "pass");
  assert.equal(verify(exchange.replace("dmarc=pass", "dmarc=fail")), "fail");
  assert.equal(verify(exchange.replace("compauth=pass reason=100", "compauth=fail reason=001")), "fail");
});

Deno.test("verifySender() takes an absent header, and one without a verdict, as no failure", () => {
  assert.equal(verifySender({ headers: [] }), "none");
  assert.equal(
    verify("dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=x.com;"),
    "none",
  );
  assert.equal(verify("spf=fail smtp.mailfrom=x.com; dmarc=temperror"), "none");
});

Deno.test("verifySender() believes the topmost header only", () => {
  assert.equal(verify(exchange.replace("dmarc=pass", "dmarc=fail"), "mx.evil.example; dmarc=pass"), "fail");
  assert.equal(verify(exchange, "mx.evil.example; dmarc=fail"), "pass");
  const original = headers("Authentication-Results-Original: dmarc=fail");
  assert.equal(verifySender({ headers: original }), "none");
});

Deno.test("verifySender() looks at verdicts, not at comments and properties", () => {
  assert.equal(verify("mx.x.com 1; dmarc = pass (p=reject (dmarc=fail; sp=none)) header.from=a.com"), "pass");
  assert.equal(verify("mx.x.com; arc=pass (i=1; dmarc=fail); dmarc=pass"), "pass");
  assert.equal(verify("mx.x.com; spf=pass smtp.mailfrom=dmarc=fail; DMARC/1=Pass"), "pass");
  assert.equal(verify("mx.x.com; xdmarc=fail"), "none");
});

Deno.test("verifySender() is not blinded by a comment that never ends", () => {
  assert.equal(verify("spf=fail smtp.mailfrom=a(b@evil.example; dkim=none (message not signed); dmarc=fail"), "fail");
});

Deno.test("verifySender() reads a hostile header in linear time", () => {
  // With its square it would not end.
  assert.equal(verify(`${"(".repeat(3_000_000)}; dmarc=fail`), "fail");
});
