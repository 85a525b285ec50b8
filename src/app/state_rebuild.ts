/**
 * After a restore: what an earlier state wrote since the backup is looked for in Jira (the entity properties of issues and
 * comments) and in the mailboxes (our extended property), before anything is written again. What is found becomes
 * receipts; what is not found was not written.
 */

import { getLogger } from "@logtape/logtape";
import { type Clock, isoTime } from "../core/clock.ts";
import { HttpError } from "../core/errors.ts";
import type { IssueRef } from "../core/jira.ts";
import { mailIdentity } from "../core/ids.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { FoundReceipt, Gap } from "../core/state_port.ts";
import type { OwnAddresses } from "../filtering/facts.ts";
import { participantsOf } from "../filtering/recipients.ts";
import type { GraphService, Sighted } from "../graph/graph.ts";
import type { JiraClient, JiraComment } from "../jira/client.ts";
import { projectOf } from "../pipeline/comments.ts";
import { everyTarget, ownAddresses } from "../pipeline/decide.ts";
import { deliveryKey } from "../pipeline/delivery_key.ts";
import type { PipelineSettings } from "../pipeline/settings.ts";
import type { SendReceipt } from "../relay/acknowledge.ts";
import type { FileState } from "../state/open.ts";
import type { Restored } from "../state/restoring.ts";
import { readMailbox } from "../streaming/poll.ts";

const logger = getLogger(["o365-connect", "restore"]);

export interface RebuildOptions {
  readonly state: FileState;
  readonly graph: GraphService;
  readonly jira: JiraClient;
  readonly clock: Clock;
  readonly settings: PipelineSettings;
  readonly signal: AbortSignal;
}

/** Clocks differ, and Graph cuts to seconds. */
const MARGIN_MS = 10 * 60 * 1000;
/** Where a file tells nothing about its age. */
const UNKNOWN_AGE_MS = 366 * 24 * 60 * 60 * 1000;
const LEASE = "rebuild";
const LEASE_MS = 120_000;
const MINUTE_MS = 60_000;

/** Rebuilds if a restore left something to rebuild. Returns the gap of the latest one, `null` if there never was any. */
export async function rebuildAfterRestore(options: RebuildOptions): Promise<Gap | null> {
  const { state, clock, signal } = options;
  if (await state.restored() === null) return await state.gap();
  while (await state.acquireLease(LEASE, "rebuild", LEASE_MS) !== null) {
    await clock.sleep(500, signal);
    signal.throwIfAborted();
  }
  const renewing = setInterval(() => void state.acquireLease(LEASE, "rebuild", LEASE_MS).catch(() => {}), LEASE_MS / 4);
  try {
    const restored = await state.restored();
    if (restored !== null) await rebuild(options, gapOf(restored));
  } finally {
    clearInterval(renewing);
    await state.releaseLease(LEASE);
  }
  return await state.gap();
}

function gapOf({ madeAt, restoredAt }: Restored): Gap {
  const until = Date.parse(restoredAt);
  return { since: (madeAt === null ? until - UNKNOWN_AGE_MS : Date.parse(madeAt)) - MARGIN_MS, until };
}

async function rebuild(options: RebuildOptions, gap: Gap): Promise<void> {
  const { state, clock, settings, signal } = options;
  logger.warn(
    "The state was restored from a backup: before anything is written, what was written since {since} is looked for in " +
      "Jira and in the mailboxes.",
    { since: isoTime(gap.since + MARGIN_MS) },
  );
  const outside = new Outside(options, gap);
  await outside.look();
  // What was under way when the earlier state was lost may arrive late, and the search lags: look once more after that.
  const settled = gap.until + settings.reconcileDelayMs - clock.now();
  if (settled > 0) await clock.sleep(settled, signal);
  signal.throwIfAborted();
  await outside.look();
  for (const mailbox of settings.mailboxes) await takeMailbox(options, outside, gap, mailbox);
  signal.throwIfAborted();
  const found = await outside.unknown();
  await state.keepFound(found);
  await state.endRestore(gap);
  const count = (end: RegExp) => found.filter(({ key }) => end.test(key)).length;
  logger.info("Found {issues} issues, {comments} comments and {mails} acknowledgements that the backup did not know.", {
    issues: count(/\/issue$/),
    comments: found.filter(({ kind }) => kind === "comment").length,
    mails: count(/\/draft$/),
  });
}

/** What is found outside, by idempotency key. */
class Outside {
  readonly receipts = new Map<string, FoundReceipt>();
  /** Issue by the key of the delivery that it, or a comment on it, was made for. */
  readonly issues = new Map<string, IssueRef>();
  readonly #seenIssues = new Set<string>();

  constructor(private readonly options: RebuildOptions, private readonly gap: Gap) {}

  /** All issues of ours since the backup, and all comments of ours on issues that changed since. */
  async look(): Promise<void> {
    const { jira, clock, settings, signal } = this.options;
    const minutes = Math.ceil((clock.now() - this.gap.since) / MINUTE_MS);
    for (const { ref, idempotencyKey } of await jira.createdIssues(minutes, this.#seenIssues, signal)) {
      if (idempotencyKey === null) continue;
      this.#seenIssues.add(ref.id);
      this.#addIssue(idempotencyKey, ref);
    }
    const projects = [...new Set(everyTarget(settings).map(({ project }) => project))];
    for (const issue of await this.#tracked(await jira.updatedIssues(projects, minutes, signal))) {
      await this.#lookAtComments(issue);
      signal.throwIfAborted();
    }
  }

  /** Of these, the ones that mail can have been added to. */
  async #tracked(issues: readonly IssueRef[]): Promise<IssueRef[]> {
    const { state } = this.options;
    const byId = await state.trackedIssues(issues.map(({ id }) => id));
    // Those of the Python tool are known by their keys.
    const byKey = new Set((await state.threadsByKey(issues.map(({ key }) => key))).map(({ issue }) => issue.key));
    return issues.filter(({ id, key }) => byId.has(id) || byKey.has(key) || this.#seenIssues.has(id))
      .map(({ id, key }) => ({ id, key }));
  }

  #addIssue(key: string, { id, key: issueKey }: IssueRef): void {
    const ref = { id, key: issueKey };
    const earlier = this.receipts.get(key)?.receipt as IssueRef | undefined;
    // Of several with one key, the oldest is the one that the earlier state went on with.
    if (earlier !== undefined && BigInt(earlier.id) < BigInt(id)) return;
    const carried = { mode: "issue", project: projectOf(issueKey), linkTo: null };
    this.receipts.set(key, { key, kind: "issue", carried, receipt: ref, startedAt: this.gap.until });
    this.issues.set(prefixOf(key), ref);
  }

  async #lookAtComments(issue: IssueRef): Promise<void> {
    for (const { id, idempotencyKey: key, createdAt } of await this.#commentsOf(issue.id)) {
      if (key === null) continue;
      const byMail = key.endsWith("/comment");
      const carried = { mode: byMail ? "comment" : "note", issueId: issue.id };
      const scope = byMail ? { scope: `comment:${issue.id}` } : {};
      const startedAt = Math.min(Date.parse(createdAt), this.gap.until);
      this.receipts.set(key, { key, kind: "comment", ...scope, carried, receipt: { id }, startedAt });
      if (byMail && !this.issues.has(prefixOf(key))) this.issues.set(prefixOf(key), issue);
    }
  }

  /** None when the issue is gone: the search may know it longer. */
  async #commentsOf(issueId: string): Promise<readonly JiraComment[]> {
    try {
      return await this.options.jira.commentsSince(issueId, isoTime(this.gap.since), this.options.signal);
    } catch (error) {
      if (error instanceof HttpError && error.status === 404 && !error.credentialsRefused) return [];
      throw error;
    }
  }

  /** What the state does not know by itself. */
  async unknown(): Promise<FoundReceipt[]> {
    const unknown: FoundReceipt[] = [];
    for (const receipt of this.receipts.values()) {
      if ((await this.options.state.effect(receipt.key))?.status !== "done") unknown.push(receipt);
    }
    return unknown;
  }

  /** An acknowledgement, as a draft or sent. Whether a draft was about to leave is not known. */
  addAcknowledgement({ marker, id, isDraft, internetMessageId, conversationId, to, receivedAt }: Sighted): void {
    // What the relay mailed is looked for by itself, when the comment is noticed again (`relaying_restored.ts`).
    if (marker === null || !marker.endsWith("/ack/draft")) return;
    const known = this.receipts.get(marker)?.receipt as { isDraft: boolean } | undefined;
    if (known?.isDraft === false) return;
    const kind = "acknowledgement";
    const startedAt = Math.min(Date.parse(receivedAt), this.gap.until);
    this.receipts.set(marker, {
      key: marker,
      kind,
      ...(to[0] === undefined ? {} : { scope: `ack:${normaliseAddress(to[0].address)}` }),
      carried: { marker },
      receipt: { id, isDraft, internetMessageId, conversationId },
      startedAt,
    });
    const key = marker.replace(/draft$/, "send");
    const sent = isDraft ? { receipt: null, doubtfulAt: this.gap.until } : { receipt: SENT };
    this.receipts.set(key, { key, kind, carried: { draftId: id }, startedAt, ...sent });
  }
}

const SENT: SendReceipt = { sent: true, proof: "left-drafts" };

/** Key of the delivery in an idempotency key. */
function prefixOf(key: string): string {
  const at = key.indexOf("/");
  return at < 0 ? key : key.slice(0, at);
}

/** Every mail of one mailbox that was handled in the gap is known again, with who has it and on which issue it is. */
async function takeMailbox(options: RebuildOptions, outside: Outside, gap: Gap, mailbox: string): Promise<void> {
  const { state, graph, settings, clock, signal } = options;
  const since = Math.min(gap.since, await state.oldestUnfinished() ?? gap.since);
  const handled: { message: Sighted; issue: IssueRef }[] = [];
  const ours: Sighted[] = [];
  let link: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof graph.everything>> = await graph.everything(
      mailbox,
      isoTime(since),
      link,
      signal,
    );
    for (const message of page.messages) {
      if (message.marker !== null) ours.push(message);
      const key = await deliveryKey(mailbox, message.id);
      const issue = outside.issues.get(key);
      if (issue !== undefined) handled.push({ message, issue });
    }
    link = page.nextLink;
  } while (link !== null);
  signal.throwIfAborted();
  if (await state.mailbox(mailbox) === null) {
    // Opened after the backup was made: its start was not later than the first mail that it handled.
    const first = handled.map(({ message }) => message.receivedAt).sort()[0];
    if (first === undefined) return;
    await state.openMailbox(mailbox, first);
  }
  await readMailbox({ graph, state, clock }, mailbox, signal);
  for (const one of handled) await takeMail(options, mailbox, one);
  const own = ownAddresses(settings);
  for (const message of ours) {
    outside.addAcknowledgement(message);
    const issue = outside.issues.get(prefixOf(message.marker!));
    if (issue === undefined || message.isDraft) continue;
    await state.addThreadMessage({
      mailbox,
      issue,
      internetMessageId: message.internetMessageId,
      conversationId: message.conversationId,
      participants: participants(message, own),
      messageId: message.id,
      origin: "ours",
    });
  }
}

/** The worker finishes it: with its receipts, nothing is written that is there already. */
async function takeMail(
  { state }: RebuildOptions,
  mailbox: string,
  { message, issue }: { message: Sighted; issue: IssueRef },
): Promise<void> {
  // One that is in neither folder any more (archived, deleted) is not told by the delta.
  await state.accept({ mailbox, folder: "inbox", messages: [message] });
  const known = (await state.known(mailbox, [message.id])).get(message.id);
  if (known === undefined) return;
  if (known.outcome === "failed") await state.retryFailed(known.deliveryId);
  else if (known.filter === "before-start") await state.includeBeforeStart(mailbox, message.id);
  else if (known.status === "finished") return;
  const identity = await mailIdentity(message);
  await state.describe(known.deliveryId, {
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    identity,
    subject: null,
    from: message.from?.address ?? null,
  });
  if (identity === null) return;
  // Its twins in other mailboxes must find that it has been handled, whichever is worked on first.
  await state.claim(`mailbox:${mailbox}`, identity, known.deliveryId);
  await state.claim(`project:${projectOf(issue.key)}`, identity, known.deliveryId);
}

function participants({ from, to, cc }: Sighted, own: OwnAddresses): string[] {
  return participantsOf({ from, to, cc } as Parameters<typeof participantsOf>[0], own);
}
