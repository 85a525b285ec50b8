import type { AutomaticAction, AutomaticKind } from "../core/decision.ts";
import { type Filter, type FilterFacts, pass, reject } from "./facts.ts";

/** What automatic mail becomes outside a known conversation, unless `AUTOMATIC_MAIL` says otherwise. */
export const DEFAULT_AUTOMATIC_ACTIONS: Readonly<Record<AutomaticKind, AutomaticAction>> = {
  "bounce": "filter",
  "auto-reply": "filter",
  "receipt": "filter",
  "calendar": "filter",
  "list": "filter",
  "notification": "issue",
};

/** Kinds that carry somebody's words: in a known conversation they are comments, whatever they are elsewhere. */
const COMMENTS_IN_CONVERSATION: ReadonlySet<AutomaticKind> = new Set(["list", "notification"]);

/** Kinds that are about a mail, and how they are to it. */
const ABOUT_A_MAIL: Readonly<Partial<Record<AutomaticKind, string>>> = {
  "bounce": "of",
  "auto-reply": "to",
  "receipt": "for",
};

const KIND_NAMES: Readonly<Record<AutomaticKind, string>> = {
  "bounce": "a bounce",
  "auto-reply": "an automatic reply",
  "receipt": "a receipt",
  "calendar": "a calendar response",
  "list": "list mail",
  "notification": "a generated notification",
};

export const automaticMail: Filter = {
  name: "automatic-mail",
  judge(_envelope, facts) {
    const { kind } = facts.automatic;
    if (kind === null) return pass("automatic-mail", "written by a person");
    const what = describe(kind, facts);
    if (facts.knownIssue !== null && (COMMENTS_IN_CONVERSATION.has(kind) || facts.automatic.mayAnswer)) {
      return pass(
        "automatic-mail",
        `${what}; a comment, because it belongs to the conversation of ${facts.knownIssue}`,
      );
    }
    return facts.automaticActions[kind] === "issue"
      ? pass("automatic-mail", `${what}; let in as configured, without acknowledgement`)
      : reject("automatic-mail", what);
  },
};

/** A bounce or receipt names its issue: by the mail that it returns, else by the conversation in which it lies. */
function describe(kind: AutomaticKind, { automatic, aboutIssue, knownIssue }: FilterFacts): string {
  const word = ABOUT_A_MAIL[kind];
  const issue = word === undefined ? null : aboutIssue ?? knownIssue;
  const about = issue === null ? "" : ` ${word} a mail of ${issue}`;
  const strongest = automatic.evidence[0];
  return `${KIND_NAMES[kind]}${about}${strongest === undefined ? "" : `: ${strongest}`}`;
}
