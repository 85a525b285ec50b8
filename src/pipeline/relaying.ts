/** One relay from its being due to its outcome: the comment is read, judged, rendered, read once more, and mailed. */

import { commentMail, statusMail } from "../content/relay_mail.ts";
import { textToMailHtml } from "../content/to_html/mail_writer.ts";
import { referencesOf } from "../content/to_html/references.ts";
import { sha256Hex } from "../core/ids.ts";
import type { Relay } from "../core/state_port.ts";
import type { IssueState, JiraComment } from "../jira/client.ts";
import type { Parts } from "./context.ts";
import { type Hold, NothingWritten } from "./effects.ts";
import { projectOf, sayInComment } from "./comments.ts";
import { discardDraft, type DraftCarried, draftKey, sendKey, sendRelayMail } from "./relaying_draft.ts";
import { relayFiles } from "./relaying_files.ts";
import { type CommentFacts, judgeComment } from "./relaying_judge.ts";
import { relayPeople } from "./relaying_people.ts";
import { relayedSince } from "./relaying_notice.ts";
import type { RelayPlaces } from "./relaying_places.ts";
import { mailedBefore } from "./relaying_restored.ts";

export type RelayEnding =
  | { readonly finish: { readonly outcome: "sent" | "skipped"; readonly reason: string } }
  | { readonly release: { readonly notBefore: number; readonly redraft: boolean } };

/** Beside the pipeline's parts: what is remembered about projects. */
export interface RelayParts extends Parts {
  readonly places: RelayPlaces;
}

/** A hold on a relay; `mailbox` is where it is at work, empty while that is not known. */
export interface RelayHold extends Hold {
  mailbox: string;
}

export async function processRelay(parts: RelayParts, relay: Relay, hold: RelayHold): Promise<RelayEnding> {
  const key = await relayKey(parts, relay);
  const ending = relay.kind === "comment"
    ? await mailComment(parts, relay, key, hold)
    : await mailStatus(parts, relay, key, hold);
  const dropped = "release" in ending ? ending.release.redraft : ending.finish.outcome === "skipped";
  if (dropped) await discardDraft(parts, key, relay, hold.signal);
  return ending;
}

/** Tells those who answer in Jira that nobody was told: they would wait for an answer. */
export async function sayNotMailed(parts: Parts, relay: Relay, hold: RelayHold, why: string): Promise<void> {
  hold.signal.throwIfAborted();
  await sayInComment(parts, { ...hold, step: "add-comment" }, {
    key: `${await relayKey(parts, relay)}/not-mailed`,
    issueId: relay.issue.id,
    project: projectOf(relay.issue.key),
    lines: [`A comment that was meant for the sender was not mailed: ${why}.`],
  });
}

async function relayKey({ jira }: Parts, { kind, subjectId }: Relay): Promise<string> {
  return (await sha256Hex(`relay\n${jira.browseBase}\n${kind}\n${subjectId}`)).slice(0, 32);
}

const skip = (reason: string): RelayEnding => ({ finish: { outcome: "skipped", reason } });

async function mailComment(parts: RelayParts, relay: Relay, key: string, hold: RelayHold): Promise<RelayEnding> {
  const { signal } = hold;
  const issue = await issueOf(parts, relay, signal);
  if (issue === null) return skip("its issue is not there any more");
  const facts: CommentFacts = {
    kind: parts.jira.kind,
    ourId: parts.ourJira.user.id,
    serviceDesk: await parts.places.isServiceDesk(issue.projectKey, signal),
  };
  const rules = parts.settings.relay;
  const read = () => parts.jira.comment(relay.issue.id, relay.subjectId, signal);
  const begun = await parts.state.effect(sendKey(key, relay)) !== null;
  const comment = await read();
  if (!begun) {
    if (comment === null) return skip("the comment is not there any more");
    const since = await relayedSince(parts.state);
    if (since === null || Date.parse(comment.createdAt) < since) return skip("it is older than the relay");
    const verdict = judgeComment(comment, rules, facts);
    if (!verdict.send) return skip(verdict.reason);
    const rest = restUntil(comment, rules.delayMs, relay, parts.clock.now());
    if (rest !== null) return { release: { notBefore: rest, redraft: await isStale(parts, key, relay, comment) } };
    if (await isStale(parts, key, relay, comment)) {
      return { release: { notBefore: parts.clock.now(), redraft: true } };
    }
  }
  const messages = await parts.state.threadMessages(relay.issue.id);
  const people = await relayPeople(parts, messages, comment?.authorId ?? null, signal);
  if ("nobody" in people) {
    if (rules.which === "marked") await sayNotMailed(parts, relay, hold, people.nobody);
    return skip(people.nobody);
  }
  hold.mailbox = people.mailbox;
  if (!begun) {
    const earlier = await mailedBefore(parts, key, relay, people.mailbox, comment!.createdAt, signal);
    if (earlier !== null) return earlier;
  }
  const content = begun || comment === null
    ? { html: "", files: [] }
    : await render(parts, issue, comment, facts, signal);
  return await outcomeOf(parts, async () => {
    await sendRelayMail(parts, hold, {
      relay,
      key,
      kind: "relay",
      html: content.html,
      files: content.files,
      subject: subjectOf(issue),
      people,
      source: comment?.updatedAt ?? "",
      async check() {
        const now = await read();
        if (now === null) throw new NothingWritten("the comment is not there any more");
        const verdict = judgeComment(now, rules, facts);
        if (!verdict.send) throw new NothingWritten(verdict.reason);
        if (comment === null || now.updatedAt !== comment.updatedAt) throw new NothingWritten(CHANGED);
      },
    });
    return `mailed to ${1 + people.cc.length === 1 ? "the sender" : `${1 + people.cc.length} people`}`;
  });
}

const CHANGED = "it was changed meanwhile";

/** What was refused by the last look before sending ends here, without a mail. */
async function outcomeOf(parts: Parts, work: () => Promise<string>): Promise<RelayEnding> {
  try {
    return { finish: { outcome: "sent", reason: await work() } };
  } catch (error) {
    if (!(error instanceof NothingWritten)) throw error;
    if (error.message !== CHANGED) return skip(error.message);
    return { release: { notBefore: parts.clock.now(), redraft: true } };
  }
}

/** The issue with its present key; one that is gone takes no part any more. */
async function issueOf(parts: Parts, relay: Relay, signal: AbortSignal): Promise<IssueState | null> {
  const issue = await parts.jira.issue(relay.issue.id, signal);
  if (issue === null) await parts.state.closeThread(relay.issue.id);
  else if (issue.ref.key !== relay.issue.key) await parts.state.renameIssue(issue.ref, relay.issue.id);
  return issue;
}

/**
 * Until when the comment has to rest, `null` if it has. By Jira's time of the last change, but never longer than the
 * delay from now on: the clocks may differ.
 */
function restUntil(comment: JiraComment, delayMs: number, relay: Relay, now: number): number | null {
  const rested = Math.min(Date.parse(comment.updatedAt) + delayMs, now + delayMs);
  return rested > now && now < relay.noticedAt + MAX_REST_MS ? rested : null;
}

/** A comment that is edited again and again is mailed at last. */
const MAX_REST_MS = 60 * 60 * 1000;

async function isStale(parts: Parts, key: string, relay: Relay, comment: JiraComment): Promise<boolean> {
  const draft = await parts.state.effect(draftKey(key, relay));
  return draft !== null && (draft.carried as DraftCarried).source !== comment.updatedAt;
}

function subjectOf({ ref, summary }: IssueState): string {
  return `[${ref.key}] ${summary}`;
}

async function render(
  parts: RelayParts,
  issue: IssueState,
  comment: JiraComment,
  facts: CommentFacts,
  signal: AbortSignal,
) {
  const verdict = judgeComment(comment, parts.settings.relay, facts);
  const text = verdict.send ? verdict.text : comment.body;
  const references = referencesOf(text);
  const { media, files } = await relayFiles(parts, issue, references.media, signal);
  const names = new Map<string, string>();
  for (const id of references.mentions) {
    const name = await parts.places.nameOf(id, signal);
    if (name !== null) names.set(id, name);
  }
  const html = commentMail({
    key: issue.ref.key,
    author: comment.authorName,
    html: textToMailHtml(text, { media, names }),
    token: await parts.tokens.textFor(issue.ref),
  });
  return { html, files };
}

async function mailStatus(parts: RelayParts, relay: Relay, key: string, hold: RelayHold): Promise<RelayEnding> {
  const { signal } = hold;
  const status = relay.kind === "resolved" ? "resolved" : "reopened";
  const issue = await issueOf(parts, relay, signal);
  if (issue === null) return skip("its issue is not there any more");
  const still = (now: IssueState) => isResolved(now) === (status === "resolved");
  const begun = await parts.state.effect(sendKey(key, relay)) !== null;
  if (!begun && !still(issue)) return skip(`it is not ${status} any more`);
  const messages = await parts.state.threadMessages(relay.issue.id);
  const people = await relayPeople(parts, messages, null, signal);
  if ("nobody" in people) return skip(people.nobody);
  hold.mailbox = people.mailbox;
  if (!begun) {
    const earlier = await mailedBefore(parts, key, relay, people.mailbox, relay.subjectId.split("@")[1] ?? "", signal);
    if (earlier !== null) return earlier;
  }
  const toSender = { ...people, cc: [] };
  return await outcomeOf(parts, async () => {
    await sendRelayMail(parts, hold, {
      relay,
      key,
      kind: "notice",
      html: statusMail({
        key: issue.ref.key,
        url: `${parts.jira.browseBase}/browse/${issue.ref.key}`,
        status,
        summary: issue.summary,
        token: await parts.tokens.textFor(issue.ref),
      }, parts.settings.templates.status),
      files: [],
      subject: subjectOf(issue),
      people: toSender,
      source: relay.subjectId,
      async check() {
        const now = await parts.jira.issue(relay.issue.id, signal);
        if (now === null || !still(now)) throw new NothingWritten(`it is not ${status} any more`);
      },
    });
    return "the sender was told";
  });
}

export function isResolved(issue: Pick<IssueState, "statusCategory" | "resolvedAt">): boolean {
  return issue.statusCategory === "done" || issue.resolvedAt !== null;
}
