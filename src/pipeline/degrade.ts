/** What Jira refuses for one field is dropped and said, not fatal. Pure. */

import { HttpError } from "../core/errors.ts";
import type { IssueDraft } from "../jira/client.ts";

/** How far a text has been simplified to get past a refusal. */
export interface TextPlan {
  /** UTF-16 units (ADF: of the serialised document); `null`: the usual limit. */
  readonly limit: number | null;
  /** Paragraphs of plain text instead of the mail's structure. */
  readonly plain: boolean;
}

export interface Degraded {
  readonly draft: Omit<IssueDraft, "description">;
  readonly text: TextPlan;
  /** What to say in the issue. */
  readonly note: string | null;
}

/** The next thing to try after a refused create call; `null`: nothing is left to drop. */
export function degradeIssue(draft: Omit<IssueDraft, "description">, text: TextPlan, error: unknown): Degraded | null {
  if (!(error instanceof HttpError) || error.status !== 400) return null;
  const fields = error.fieldErrors;
  const said = (field: string) => fields[field] ?? "";
  if ("description" in fields || isTextError(error)) {
    const simpler = simplerText(text, said("description") || error.vendorMessage);
    if (simpler !== null) return { draft, text: simpler, note: null };
  }
  if (draft.reporter !== null && "reporter" in fields) {
    return {
      draft: { ...draft, reporter: null },
      text,
      note: `Jira did not take the sender as reporter: ${said("reporter")}`,
    };
  }
  if (draft.priority !== null && "priority" in fields) {
    return {
      draft: { ...draft, priority: null },
      text,
      note: `Jira did not take the priority "${draft.priority}": ${said("priority")}`,
    };
  }
  if (draft.labels.length > 0 && "labels" in fields) {
    return { draft: { ...draft, labels: [] }, text, note: `Jira did not take the labels: ${said("labels")}` };
  }
  const constant = Object.keys(draft.fields).find((field) => field in fields);
  if (constant !== undefined) {
    const { [constant]: _, ...rest } = draft.fields;
    return {
      draft: { ...draft, fields: rest },
      text,
      note: `Jira did not take the field "${constant}" of JIRA_ISSUE_FIELDS: ${said(constant)}`,
    };
  }
  return null;
}

/** The same for a comment's text; `null`: nothing simpler is left. */
export function degradeText(text: TextPlan, error: unknown): TextPlan | null {
  if (!(error instanceof HttpError) || (error.status !== 400 && error.status !== 413)) return null;
  if (!isTextError(error) && !("comment" in error.fieldErrors)) return null;
  return simplerText(text, error.fieldErrors.comment ?? error.vendorMessage);
}

function isTextError(error: HttpError): boolean {
  return /INVALID_INPUT|CONTENT_LIMIT_EXCEEDED|ATTACHMENT_VALIDATION_ERROR|too long|Atlassian Document/i.test(
    `${error.code} ${error.vendorMessage}`,
  );
}

const SMALLEST_TEXT = 500;

/** A length problem makes it shorter, anything else plainer, then shorter. */
function simplerText(text: TextPlan, words: string): TextPlan | null {
  const told = limitIn(words);
  const current = text.limit ?? 32_000;
  const tooLong = told !== null || /long|limit/i.test(words);
  if (tooLong || text.plain) {
    const limit = told !== null && told < current ? Math.floor(told * 0.95) : Math.floor(current / 2);
    return limit < SMALLEST_TEXT ? null : { ...text, limit };
  }
  return { ...text, plain: true };
}

/** "… allowed limit of 32,767 characters": the number, whatever the thousands separator. */
export function limitIn(words: string): number | null {
  const match = words.match(
    /(\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+|\d{3,})\s*(?:characters|Zeichen|caract|tekens|znak)/i,
  );
  return match === null ? null : Number(match[1]!.replace(/\D/g, ""));
}
