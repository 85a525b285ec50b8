/** How long a text is in the unit in which Jira counts, and what a refusal for length tells. */

import type { HttpError } from "../core/errors.ts";
import type { RichText } from "../core/jira.ts";
import { ATTACHMENT_TOO_LARGE } from "./client.ts";

/**
 * Cloud counts the serialised document, Server UTF-16 units of the markup (JRASERVER-28519). To be compared with
 * `TEXT_LIMIT` or a limit learned by {@link textTooLong}.
 */
export function textLength(text: RichText): number {
  return text.format === "adf" ? JSON.stringify(text.content).length : text.content.length;
}

const TEXT_FIELDS = ["description", "comment", "environment"];
/** Digits with the thousands separators of Jira's languages. */
const NUMBER = /\d(?:[\d.,'’\u00a0\u202f ]*\d)?/g;
const SMALLEST_LIMIT = 100;

/**
 * Whether Jira refused a text for its length, and the limit it names (`null` if it names none). A Server's limit is the
 * administrator's choice and can only be learned from this text, which comes in the account's language.
 */
export function textTooLong(error: HttpError): { readonly limit: number | null } | null {
  if (error.status !== 400 && error.status !== 413 || error.code === ATTACHMENT_TOO_LARGE) return null;
  if (/CONTENT_LIMIT_EXCEEDED/.test(`${error.code} ${error.vendorMessage}`)) return { limit: null };
  const texts = TEXT_FIELDS.map((field) => error.fieldErrors[field]).filter((text) => text !== undefined);
  for (const text of texts.length > 0 ? texts : [error.vendorMessage]) {
    const limit = largestNumber(text);
    if (limit >= SMALLEST_LIMIT && (texts.length > 0 || /too long|exceed/i.test(text))) return { limit };
    if (/too long|exceeds the allowed limit/i.test(text)) return { limit: null };
  }
  return null;
}

function largestNumber(text: string): number {
  return Math.max(0, ...[...text.matchAll(NUMBER)].map(([digits]) => Number(digits.replace(/\D/g, ""))));
}
