import type { Facts } from "./sign.ts";

/** The keyword of `Auto-Submitted` (RFC 3834 §5) without comments and parameters, lower case; `null` if absent. */
export function autoSubmitted(facts: Facts): string | null {
  const values = facts.headers("Auto-Submitted").map((value) => value.replace(/\([^()]*\)/g, " ").trim().toLowerCase());
  const keywords = values.map((value) => value.match(/^"?([a-z-]+)/)?.[1]).filter((word) => word !== undefined);
  return keywords.find((word) => word !== "no") ?? keywords[0] ?? null;
}
