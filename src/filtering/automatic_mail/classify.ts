import type { AutomaticKind, AutomaticVerdict } from "../../core/decision.ts";
import type { Envelope } from "../../core/mail.ts";
import { messagesReportedOn } from "./about.ts";
import { autoReplySigns, mayAnswer } from "./auto_replies.ts";
import { autoSubmitted } from "./auto_submitted.ts";
import { bounceSigns } from "./bounces.ts";
import { calendarSigns } from "./calendar.ts";
import { listSigns } from "./lists.ts";
import { notificationSigns } from "./notifications.ts";
import { receiptSigns } from "./receipts.ts";
import { ENOUGH, type Facts, factsOf, plainText, type Sign } from "./sign.ts";

export interface ClassifiedMail {
  readonly envelope: Envelope;
  /** The mail's body, plain or HTML. */
  readonly bodyText?: string;
  /** Of a report its status fields and the headers of the returned mail, if at hand: they name the mail that it is about. */
  readonly reportText?: string;
  /** Content types of its parts and attachments, with their parameters if known (`text/calendar; method=REPLY`). */
  readonly attachmentTypes?: readonly string[];
  /** Addresses of ours: mail of a list that has one of them is written to us. */
  readonly ownAddresses?: readonly string[];
}

/** With equal points the first one wins. */
const KINDS: readonly AutomaticKind[] = ["receipt", "calendar", "bounce", "auto-reply", "list", "notification"];

/**
 * Tells automatic mail from a person's. Signs are added up per kind; a kind needs {@link ENOUGH} points, at least one of
 * them from a header or an address: subject and text alone never make a person a machine.
 */
export function classifyAutomatic(mail: ClassifiedMail): AutomaticVerdict {
  const { envelope, bodyText = "", reportText = "", attachmentTypes = [], ownAddresses = [] } = mail;
  const text = reportText === "" ? plainText(bodyText) : `${plainText(bodyText)}\n${reportText}`;
  const facts = factsOf(envelope, text, attachmentTypes, ownAddresses);
  const signs = signsOf(facts);
  const kind = strongestKind(signs);
  const evidence = signs
    .toSorted((a, b) => Number(b.kind === kind) - Number(a.kind === kind) || b.weight - a.weight)
    .map((sign) => sign.evidence);
  const reported = kind === null || kind === "list" || kind === "notification"
    ? []
    : messagesReportedOn(envelope, text);
  return {
    kind,
    evidence: [...new Set(evidence)],
    about: reported[0] ?? null,
    reported,
    mayAnswer: kind === "auto-reply" && mayAnswer(facts),
  };
}

function signsOf(facts: Facts): Sign[] {
  const signs = [
    ...receiptSigns(facts),
    ...calendarSigns(facts),
    ...bounceSigns(facts),
    ...autoReplySigns(facts),
    ...listSigns(facts),
    ...notificationSigns(facts),
  ];
  if (autoSubmitted(facts) !== "no") return signs;
  // RFC 3834: a person wrote it. Only a report, an answer to a meeting, or a list with a name is still what it is.
  const listed = facts.header("List-Id") !== undefined;
  return signs.filter(({ kind, weight }) => {
    if (kind === "list") return listed;
    return kind !== "auto-reply" && kind !== "notification" && weight >= 100;
  });
}

function strongestKind(signs: readonly Sign[]): AutomaticKind | null {
  let best: { readonly kind: AutomaticKind; readonly points: number } | null = null;
  for (const kind of KINDS) {
    const ofKind = signs.filter((sign) => sign.kind === kind);
    if (!ofKind.some(({ firm }) => firm)) continue;
    const points = ofKind.reduce((sum, { weight }) => sum + weight, 0);
    if (points >= ENOUGH && points > (best?.points ?? 0)) best = { kind, points };
  }
  return best?.kind ?? null;
}
