/** Comments of ours: visibility, finding them again, and the plain ones that only say something. */

import type { AdfDocument, AdfNode, RichText } from "../core/jira.ts";
import { sha256Hex } from "../core/ids.ts";
import type { Effect } from "../core/state_port.ts";
import type { Note } from "../content/content.ts";
import { notice } from "../content/notice.ts";
import type { Parts, StepHold } from "./context.ts";
import { everyTarget } from "./decide.ts";

export interface CommentReceipt {
  readonly id: string;
}

/** Whether a comment of ours on an issue of this project is an internal note (contract: `JIRA_COMMENT_VISIBILITY`). */
export function isInternal(parts: Parts, project: string): boolean {
  const { commentVisibility } = parts.settings;
  if (commentVisibility !== "auto") return commentVisibility === "internal";
  const target = everyTarget(parts.settings).find((known) => known.project === project);
  // A project that is none of ours (the issue was moved there): unknown counts as a service desk.
  return target?.serviceDesk ?? true;
}

export function projectOf(issueKey: string): string {
  return issueKey.replace(/-\d+$/, "");
}

/** A margin for clocks that differ, before the start of a write. */
const CLOCK_MARGIN_MS = 5 * 60 * 1000;

/** By our key; where properties are not shown, by author, time and text. */
export async function findOurComment(
  parts: Parts,
  issueId: string,
  key: string,
  effect: Pick<Effect, "carried" | "startedAt">,
  signal: AbortSignal,
): Promise<CommentReceipt | null> {
  const since = new Date(effect.startedAt - CLOCK_MARGIN_MS).toISOString();
  const comments = await parts.jira.commentsSince(issueId, since, signal);
  const marked = comments.find((comment) => comment.idempotencyKey === key);
  if (marked !== undefined) return { id: marked.id };
  const { textHash } = effect.carried as { textHash?: string };
  for (const comment of comments) {
    if (comment.idempotencyKey !== null || comment.authorId !== parts.ourJira.user.id) continue;
    if (textHash !== undefined && await hashOf(comment.body) === textHash) return { id: comment.id };
  }
  return null;
}

/** Adds a comment exactly once. */
export async function addComment(
  parts: Parts,
  hold: StepHold,
  comment: { key: string; issueId: string; project: string; body: RichText; carried: object; scope?: string },
): Promise<CommentReceipt> {
  const { key, issueId, body } = comment;
  const carried = { ...comment.carried, issueId, textHash: await hashOf(body) };
  await adoptEarlier(parts, hold, { ...comment, carried });
  return await parts.engine.perform<CommentReceipt>(hold, {
    key,
    kind: "comment",
    carried,
    ...(comment.scope === undefined ? {} : { scope: comment.scope }),
    look: (effect, signal) => findOurComment(parts, issueId, key, effect, signal),
    async write(signal) {
      const { id } = await parts.jira.addComment(issueId, {
        body,
        internal: isInternal(parts, comment.project),
        idempotencyKey: key,
      }, signal);
      return { id };
    },
  });
}

/** After a restore: a comment that an earlier state wrote and the rebuild did not see, by key or by its text. */
async function adoptEarlier(
  parts: Parts,
  hold: StepHold,
  { key, issueId, carried, scope }: { key: string; issueId: string; carried: object; scope?: string },
): Promise<void> {
  if (hold.gap == null || await parts.state.effect(key) !== null) return;
  const asked = { carried, startedAt: hold.gap.since };
  const found = await findOurComment(parts, issueId, key, asked, hold.signal);
  if (found === null) return;
  const scoped = scope === undefined ? {} : { scope };
  await parts.state.keepFound([{ key, kind: "comment", ...scoped, ...asked, receipt: found }]);
  await parts.state.adoptFound(hold.deliveryId, key.slice(0, key.indexOf("/")));
}

/** A comment that only says something of ours, as lines. */
export async function sayInComment(
  parts: Parts,
  hold: StepHold,
  job: { key: string; issueId: string; project: string; lines: readonly Note[] },
): Promise<void> {
  await addComment(parts, hold, { ...job, body: notice(parts.jira.format, job.lines), carried: { mode: "note" } });
}

async function hashOf(body: RichText): Promise<string> {
  const text = body.format === "wiki" ? body.content : plainOf(body.content);
  return await sha256Hex(text.replace(/\s+/g, " ").trim());
}

function plainOf(document: AdfDocument): string {
  const walk = (node: AdfNode): string => (node.text ?? "") + (node.content ?? []).map(walk).join(" ");
  return document.content.map(walk).join(" ");
}
