/** What the rules of this folder look at and what they answer. */

import type { AutomaticKind } from "../../core/decision.ts";
import { type Envelope, headerValue, headerValues, normaliseAddress } from "../../core/mail.ts";

/** One reason to take a mail for automatic. */
export interface Sign {
  readonly kind: AutomaticKind;
  /** Points; {@link ENOUGH} of one kind decide. */
  readonly weight: number;
  /** Only headers and addresses are firm: what a person can write into subject and text never decides alone. */
  readonly firm: boolean;
  readonly evidence: string;
}

/** Points from which a kind is believed. */
export const ENOUGH = 60;

/** A mail as the rules see it. */
export interface Facts {
  readonly envelope: Envelope;
  /** The first part of the text; empty if unknown. */
  readonly text: string;
  /** Content types of the top and of all parts and attachments known, lower case, with their parameters. */
  readonly types: readonly string[];
  /** Local part of the sender's address, lower case; empty if there is none. */
  readonly local: string;
  readonly domain: string;
  /** Subject on one line. */
  readonly subject: string;
  /** Addresses of ours, lower case: a list among them delivers to us what people write to it. */
  readonly own: ReadonlySet<string>;
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  hasType(pattern: RegExp): boolean;
}

/** Of the body only so much is read, for the wording still less. */
const READ_LIMIT = 300_000;
const TEXT_LIMIT = 30_000;

/** Text of a body that may be HTML: tags out, the few entities that matter read. */
export function plainText(body: string): string {
  const start = body.slice(0, READ_LIMIT);
  if (!/<(?:html|head|body|div|p|br|table|span|font|pre)\b/i.test(start)) return start;
  return start
    .replace(/<(?:style|script)\b[^<>]*>[^<]*/gi, " ")
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/pre)\b[^<>]*>/gi, "\n")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&nbsp;|&#160;/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(
      /&amp;/g,
      "&",
    );
}

export function factsOf(
  envelope: Envelope,
  text: string,
  attachmentTypes: readonly string[],
  own: readonly string[] = [],
): Facts {
  const types = [...headerValues(envelope, "Content-Type"), ...attachmentTypes].map((type) => type.toLowerCase());
  const address = (envelope.from?.address ?? "").trim().toLowerCase();
  const at = address.lastIndexOf("@");
  return {
    envelope,
    text: text.slice(0, TEXT_LIMIT),
    types,
    local: at < 0 ? address : address.slice(0, at),
    domain: at < 0 ? "" : address.slice(at + 1),
    subject: envelope.subject.replace(/\s+/g, " ").trim(),
    own: new Set(own.map(normaliseAddress)),
    header: (name) => headerValue(envelope, name)?.replace(/\s+/g, " ").trim(),
    headers: (name) => headerValues(envelope, name).map((value) => value.replace(/\s+/g, " ").trim()),
    hasType: (pattern) => types.some((type) => pattern.test(type)),
  };
}

/** A sign that a header or an address gives. */
export function firm(kind: AutomaticKind, weight: number, evidence: string): Sign {
  return { kind, weight, firm: true, evidence };
}

/** A sign that a person could have written. */
export function weak(kind: AutomaticKind, weight: number, evidence: string): Sign {
  return { kind, weight, firm: false, evidence };
}

/** A header as evidence, its value cut short. */
export function said(name: string, value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return short === "" ? `header "${name}"` : `header "${name}: ${short}"`;
}

/** The null reverse path of RFC 5321 §4.5.5: bounces, receipts and automatic replies use it, people never. */
export function hasNullReturnPath(facts: Facts): boolean {
  return facts.headers("Return-Path").some((value) => /^<\s*>$/.test(value) || value === "");
}
