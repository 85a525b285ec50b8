import assert from "node:assert/strict";
import { isProxyExempt, proxyAddress } from "./proxy.ts";

function exempt(url: string, ...noProxy: string[]): boolean {
  return isProxyExempt(new URL(url), noProxy);
}

Deno.test("isProxyExempt() knows hosts, domains, ports and everything", () => {
  assert.ok(exempt("https://jira.example.com/x", "jira.example.com"));
  assert.ok(exempt("https://jira.example.com/x", "EXAMPLE.com"));
  assert.ok(exempt("https://jira.example.com/x", ".example.com"));
  assert.ok(exempt("https://jira.example.com/x", "*.example.com"));
  assert.ok(exempt("https://jira.example.com/x", "a.org, example.com"));
  assert.ok(exempt("https://jira.example.com:8443/x", "example.com:8443"));
  assert.ok(exempt("https://jira.example.com/x", "*"));
  assert.ok(!exempt("https://jira.example.com/x", "example.com:8443"));
  assert.ok(!exempt("https://notexample.com/x", "example.com"));
  assert.ok(!exempt("https://jira.example.com/x", ""));
  assert.ok(!exempt("https://jira.example.com/x"));
});

Deno.test("isProxyExempt() knows addresses and networks", () => {
  assert.ok(exempt("http://10.1.2.3/", "10.0.0.0/8"));
  assert.ok(!exempt("http://11.1.2.3/", "10.0.0.0/8"));
  assert.ok(!exempt("http://host/", "0.0.0.0/0"));
  assert.ok(exempt("http://127.0.0.1:8080/", "127.0.0.1"));
  assert.ok(exempt("http://[::1]:8080/", "::1"));
  assert.ok(exempt("http://[::1]:8080/", "[::1]:8080"));
  assert.ok(!exempt("http://[::1]:8080/", "[::1]:9090"));
});

Deno.test("proxyAddress() splits the credential from the address", () => {
  assert.deepEqual(proxyAddress("http://ada:p%40ss@proxy.example.com:3128"), {
    url: "http://proxy.example.com:3128/",
    basicAuth: { username: "ada", password: "p@ss" },
  });
  assert.deepEqual(proxyAddress("proxy:3128"), { url: "http://proxy:3128/" });
});
