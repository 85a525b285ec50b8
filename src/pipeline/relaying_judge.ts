/** Whether a Jira comment may be mailed to the sender: pure. When in doubt, it may not. */

import type { RichText } from "../core/jira.ts";
import { cutMarker, isBlank } from "../content/comment_marker.ts";
import type { JiraComment } from "../jira/client.ts";

export interface RelayRules {
  /** `JIRA_COMMENT_RELAY`. */
  readonly which: "off" | "marked" | "public";
  /** `JIRA_COMMENT_MARKER`. */
  readonly marker: string;
}

export interface CommentFacts {
  readonly kind: "cloud" | "server";
  /** Our own account in Jira. */
  readonly ourId: string;
  /** Whether the project is a service desk, `null` if that cannot be told. */
  readonly serviceDesk: boolean | null;
}

export type CommentVerdict =
  | { readonly send: true; readonly text: RichText }
  | { readonly send: false; readonly reason: string };

/** Why the comment is hidden from customers, `null` if Jira says that it is not. */
export function hiddenReason(comment: JiraComment, { kind, serviceDesk }: CommentFacts): string | null {
  if (comment.restricted) return "it is restricted to a role or group";
  if (comment.internal === true) return "it is an internal comment";
  // Server says nothing about comments of projects that are no service desk: there every comment is for all.
  if (comment.internal === null && (kind === "cloud" || serviceDesk !== false)) {
    return "Jira does not say that customers may see it";
  }
  return null;
}

/** Written by us, or by somebody who uses our account: mail that became a comment must not become mail again. */
export function isOurs(comment: JiraComment, ourId: string): boolean {
  return comment.idempotencyKey !== null || comment.authorId === ourId;
}

export function judgeComment(comment: JiraComment, rules: RelayRules, facts: CommentFacts): CommentVerdict {
  const no = (reason: string): CommentVerdict => ({ send: false, reason });
  if (rules.which === "off") return no("JIRA_COMMENT_RELAY is off");
  if (isOurs(comment, facts.ourId)) return no("it is by our own account");
  const hidden = hiddenReason(comment, facts);
  if (hidden !== null) return no(hidden);
  const cut = cutMarker(comment.body, rules.marker);
  if (cut === null && rules.which === "marked") return no("it does not begin with the marker");
  const text = cut ?? comment.body;
  return isBlank(text) ? no("it says nothing") : { send: true, text };
}
