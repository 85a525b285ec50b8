/** Patterns of `JIRA_WHITELIST` and `JIRA_BLACKLIST`. */

import { addressParts, asciiDomain } from "./addresses.ts";

/**
 * Whether a pattern covers an address: `ada@example.com`, `example.com` (that domain only), `*.example.com` (its
 * sub-domains only), `*` (anything). `@example.com` and `*@example.com` are read as the domain.
 */
export function matchesPattern(address: string, pattern: string): boolean {
  const wanted = pattern.trim().toLowerCase();
  if (wanted === "*") return true;
  const parts = addressParts(address);
  if (parts === null || wanted === "") return false;
  const at = wanted.lastIndexOf("@");
  const local = at < 1 ? "*" : wanted.slice(0, at);
  return (local === "*" || local === parts.local) && matchesDomain(parts.domain, wanted.slice(at + 1));
}

/** The first pattern that covers the address. */
export function findPattern(address: string, patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => matchesPattern(address, pattern));
}

function matchesDomain(domain: string, pattern: string): boolean {
  if (pattern === "*") return true;
  if (pattern.startsWith("*.")) return domain.endsWith(`.${asciiDomain(pattern.slice(2))}`);
  return domain === asciiDomain(pattern);
}
