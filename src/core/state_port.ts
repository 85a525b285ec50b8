/**
 * What the pipeline asks of the state. Asynchronous, though SQLite is not, so that another store can serve.
 * Every method is one transaction. Times are milliseconds since 1970 unless they end in `At` (ISO 8601 UTC).
 */

import type { FilterName, OutcomeKind } from "./decision.ts";
import type { IssueRef } from "./jira.ts";
import type { Folder } from "./mail.ts";

/** A mailbox that was opened at least once. */
export interface MailboxRow {
  readonly address: string;
  /** Mail received before this is `before-start`. */
  readonly startedAt: string;
  /** When a whole round of both folders was last read to its delta link; `null` before the first. */
  readonly lastSyncAt: string | null;
}

/** Where the reading of one folder continues. */
export interface Cursor {
  /** The next link (a round is under way) or delta link (the round is complete); `null`: begin a first round. */
  readonly link: string | null;
  readonly complete: boolean;
  /** Counts complete rounds; a delivery that waits for one more round compares with it. */
  readonly rounds: number;
}

/** What the delta or a listing tells about a message without fetching it. */
export interface AcceptedMessage {
  readonly id: string;
  readonly receivedAt: string;
  readonly conversationId: string | null;
  readonly internetMessageId: string | null;
}

/** One mail of one mailbox being worked on, from acceptance to outcome. */
export interface Delivery {
  /** Row id; also the id that `failed list` shows. */
  readonly id: number;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly messageId: string;
  readonly receivedAt: string;
  readonly internetMessageId: string | null;
  readonly conversationId: string | null;
  /** Attempts that counted (throttling, pauses and waiting do not). */
  readonly attempts: number;
  /** What it was last waiting for, `null` if it was not: see {@link Release.waitingFor}. */
  readonly waitingFor: string | null;
  /** Accepted by `--include-before-start`: the start does not apply. */
  readonly includeBeforeStart: boolean;
  /** The step at which `failed retry` resumes; informative. */
  readonly step: string | null;
}

/** The end of a delivery. Final: a finished delivery never changes again, except `failed`, by retry or discard. */
export interface Finish {
  readonly outcome: OutcomeKind;
  /** One sentence. */
  readonly reason: string;
  readonly filter: FilterName | null;
  readonly issue: IssueRef | null;
  /** For `failed`: the step and the vendor's words. */
  readonly step?: string;
  readonly error?: string;
}

/** Giving a delivery back unfinished. */
export interface Release {
  /** Not before this time. */
  readonly notBefore: number;
  /** Counts against the retry budget. */
  readonly countAttempt: boolean;
  /**
   * Set while the delivery waits for something else (a throttle is not that): `delivery:<id>`, `round:<n>`.
   * A waiting delivery does not hold up the rest of its conversation.
   */
  readonly waitingFor?: string | null;
  readonly step?: string;
  /** Shown as last error; without secrets and mail content. */
  readonly error?: string;
}

/** The kinds of outside writes. */
export type EffectKind =
  | "issue"
  | "comment"
  | "attachments"
  | "pictures"
  | "watcher"
  | "acknowledgement"
  | "reopen"
  | "link"
  | "relay"
  | "notice";

/**
 * One outside write. `pending` from before the write until its receipt is stored; what is found `pending` by another
 * run, or whose answer left the outcome open, is in doubt and looked up before it is repeated.
 */
export interface Effect {
  /** Idempotency key, stable over restarts; unique. */
  readonly key: string;
  /** `null`: an effect of a {@link Relay}. */
  readonly deliveryId: number | null;
  readonly kind: EffectKind;
  readonly status: "pending" | "done";
  /** What the write carries for its look-up (names, sizes, hashes, ids before it); JSON of ours. */
  readonly carried: unknown;
  /** The proof: ids that the vendor gave; `null` while pending. */
  readonly receipt: unknown;
  /** When the (last) write was started. */
  readonly startedAt: number;
  /** When the outcome became doubtful (our timeout, or the moment of the take-over); `null`: no doubt. */
  readonly doubtfulAt: number | null;
  /** Look-ups since then that found nothing, and the time of the first of them. */
  readonly emptyLooks: number;
  readonly firstEmptyLookAt: number | null;
  /** How often the write was sent. */
  readonly writes: number;
}

export interface EffectStart {
  readonly key: string;
  readonly deliveryId: number;
  /** An effect of a relay: `deliveryId` does not count, and the lease {@link RELAY_LEASE} must be ours. */
  readonly relayId?: number;
  readonly kind: EffectKind;
  readonly carried: unknown;
  /** For rate limits: acknowledgements by recipient (`ack:<address>`), comments by issue (`comment:<issueId>`). */
  readonly scope?: string;
  /** Begun only if fewer than `max` of its scope were since then (counted in the same transaction). */
  readonly limit?: { readonly since: number; readonly max: number };
}

/**
 * The time in which an earlier state wrote what this one, restored from a backup, did not know; milliseconds since 1970.
 * A mail received before its end may have been handled in it.
 */
export interface Gap {
  readonly since: number;
  readonly until: number;
}

/** A write that an earlier state knew, found outside by its idempotency key after a restore. */
export interface FoundReceipt {
  readonly key: string;
  readonly kind: EffectKind;
  readonly scope?: string;
  readonly carried: unknown;
  /** `null`: begun, and not known to be done; then {@link doubtfulAt} is set. */
  readonly receipt: unknown;
  readonly startedAt: number;
  readonly doubtfulAt?: number;
}

/** An uploaded picture, so that the same one need not be uploaded again. */
export interface PictureOnIssue {
  readonly attachmentId: string;
  readonly name: string;
}

/** A message that belongs to an issue. */
export interface ThreadMessage {
  readonly mailbox: string;
  readonly issue: IssueRef;
  readonly internetMessageId: string | null;
  readonly conversationId: string | null;
  /** Lower-case addresses of From, To and Cc that take part because of this message; our own excluded. */
  readonly participants: readonly string[];
  /** Immutable id of the message in that mailbox, `null` if not there (yet). */
  readonly messageId: string | null;
  /** Whether we sent it, an agent did (Sent Items), or somebody else. */
  readonly origin: "received" | "agent" | "ours";
  /** Of a received message: its From, comparable; `null` or left out: not known. */
  readonly sender?: string | null;
  /** Of a received message: who may be answered; `null`: nobody (forged, automatic), or not known. */
  readonly answerTo?: string | null;
}

/** The named lease of the process that mails what happened in Jira: one at a time. */
export const RELAY_LEASE = "relay";

export type RelayKind = "comment" | "resolved" | "reopened";

/** One thing of Jira that the sender may be told by mail, from its being noticed to its outcome. */
export interface Relay {
  readonly id: number;
  readonly kind: RelayKind;
  /** The comment's id; for a change of status the issue's id and the time of the change. */
  readonly subjectId: string;
  readonly issue: IssueRef;
  readonly noticedAt: number;
  /** Counts the drafts: a comment that was edited before it left gets a new one. */
  readonly version: number;
  /** Attempts that counted. */
  readonly attempts: number;
}

export interface RelayNotice {
  readonly kind: RelayKind;
  readonly subjectId: string;
  readonly issueId: string;
  /** Not before this time. */
  readonly notBefore: number;
  /** Why it is never mailed; it is finished at once then. */
  readonly skipped?: string;
}

/** An issue that mail belongs to, as the relay looks at it. */
export interface TrackedIssue {
  readonly issue: IssueRef;
  /** What was last seen; `null` before the first look. */
  readonly resolved: boolean | null;
}

/** An issue that a mail may belong to. */
export interface ThreadCandidate {
  readonly issue: IssueRef;
  readonly mailbox: string;
  /** The Message-ID, or the conversation, through which it was found. */
  readonly via: string;
  readonly participants: readonly string[];
}

/** A named lease: who may do something until when. */
export interface LeaseHolder {
  readonly owner: string;
  readonly role: string;
  readonly until: number;
}

export interface FailedRow {
  readonly id: string;
  readonly mailbox: string;
  readonly internetMessageId: string | null;
  readonly subject: string | null;
  readonly from: string | null;
  readonly step: string;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: string;
}

export interface MailboxCounts {
  readonly address: string;
  readonly startedAt: string;
  readonly lastSyncAt: string | null;
  readonly pending: number;
  readonly created: number;
  readonly commented: number;
  readonly filtered: number;
  readonly failed: number;
}

/** How one mail known to the state stands, for `check-for-missing-events` and `history`. */
export interface KnownMessage {
  readonly deliveryId: number;
  readonly status: "unfinished" | "finished";
  readonly outcome: OutcomeKind | null;
  readonly filter: FilterName | null;
  readonly issue: IssueRef | null;
}

/** Which mail `history` shows. What is left out does not restrict; the newest received comes first. */
export interface HistoryQuery {
  /** ISO 8601; received at this time or later. */
  readonly since?: string;
  /** ISO 8601; received before this time. */
  readonly until?: string;
  readonly mailbox?: string;
  /** An address in lower case, `@example.com` (that domain only) or `@*.example.com` (its sub-domains). */
  readonly from?: string;
  readonly outcome?: OutcomeKind | "pending";
  /** The last row of the page before. */
  readonly after?: Pick<HistoryRow, "receivedAt" | "id">;
  readonly limit: number;
}

/** One mail with what became of it. */
export interface HistoryRow {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly internetMessageId: string | null;
  /** In lower case; `null` where the mail was not fetched (before the start, our own, not yet worked on). */
  readonly from: string | null;
  readonly receivedAt: string;
  readonly outcome: OutcomeKind | "pending";
  /** When it got its outcome. */
  readonly finishedAt: string | null;
  /** One sentence; of a pending mail the last error, `null` if there was none. */
  readonly reason: string | null;
  readonly filter: FilterName | null;
  readonly issueKey: string | null;
}

export interface Pause {
  readonly destination: "graph" | "jira" | "entra";
  /** Mailbox for Graph, empty for all. */
  readonly scope: string;
  readonly since: string;
  readonly reason: string;
}

export interface State {
  /** Name of this process in leases; its side file is locked while the state is open. */
  readonly owner: string;

  // Mailboxes and reading
  mailbox(address: string): Promise<MailboxRow | null>;
  /** First run: fixes the start; later calls change nothing and return what is stored. */
  openMailbox(address: string, startedAt: string): Promise<MailboxRow>;
  cursor(mailbox: string, folder: Folder): Promise<Cursor>;
  /**
   * Stores a page: a row per unknown (mailbox, id), and the link, in one transaction. `complete` is the end of a round
   * (`rounds` + 1). Returns how many rows were new. `link` `undefined`: the cursor is not touched (a listing).
   * A message received before the mailbox's start (by whole seconds, as Graph tells them) is stored as finished,
   * `filtered` by `before-start`, unless `includeBeforeStart`.
   */
  accept(page: {
    mailbox: string;
    folder: Folder;
    messages: readonly AcceptedMessage[];
    link?: string | null;
    complete?: boolean;
    includeBeforeStart?: boolean;
  }): Promise<number>;
  /** Forgets the link (410, SyncStateNotFound): the next round is a first one; rows deduplicate. */
  resetCursor(mailbox: string, folder: Folder): Promise<void>;
  setLastSync(mailbox: string, at: string): Promise<void>;
  /** What is known about these ids of a mailbox. */
  known(mailbox: string, ids: readonly string[]): Promise<Map<string, KnownMessage>>;
  /** Takes a finished `before-start` row back for processing (`--include-before-start`). Returns whether it was one. */
  includeBeforeStart(mailbox: string, id: string): Promise<boolean>;

  // Deliveries
  /**
   * Leases up to `limit` deliveries that are due: unfinished, `notBefore` passed, no valid lease, no other delivery of
   * the same conversation (mailbox + conversationId) leased, and none older (receivedAt, id) of it unfinished unless
   * that one is `waitingFor` something. Oldest first. A lease is void when its time is over or its owner is dead.
   * Effects found `pending` on a delivery whose previous owner lost it become doubtful (`doubtfulAt` = now).
   */
  take(options: { limit: number; leaseMs: number; mailboxes: readonly string[] }): Promise<Delivery[]>;
  /** Renews the leases this process holds on these deliveries; returns the ids it still holds. */
  renew(ids: readonly number[], leaseMs: number): Promise<number[]>;
  /** When the next unfinished delivery is due, `null` if none; for sleeping. Leased ones do not count. */
  nextDue(mailboxes: readonly string[]): Promise<number | null>;
  unfinished(mailboxes: readonly string[]): Promise<number>;
  /** Stores what the fetched message told: its conversation, Message-ID, identity hash, and (for `failed list`) subject and sender. */
  describe(id: number, facts: {
    internetMessageId: string | null;
    conversationId: string | null;
    identity: string | null;
    subject: string | null;
    from: string | null;
  }): Promise<void>;
  release(id: number, release: Release): Promise<void>;
  /**
   * Stores the outcome and frees whoever waits for this delivery. Drops subject and sender as written unless `failed`;
   * the sender's bare address stays for `history`. Throws
   * `LeaseLostError` when another run holds the delivery or has finished it.
   */
  finish(id: number, finish: Finish): Promise<void>;
  /**
   * Claims an identity (hash of Message-ID, sender, sent time) within a scope (`mailbox:<a>` or `project:<KEY>`) for a delivery.
   * Returns `null` if it is (now) this delivery's, else the delivery that has it and how that one stands.
   * A claim of a delivery that ended `failed` or was `filtered` passes to the caller.
   */
  claim(
    scope: string,
    identity: string,
    deliveryId: number,
  ): Promise<{ deliveryId: number; known: KnownMessage } | null>;
  /** An unfinished delivery of any of these Message-IDs, in this mailbox or another, other than `exceptId`. */
  unfinishedWithMessageId(
    messageIds: readonly string[],
    exceptId: number,
  ): Promise<{ deliveryId: number; receivedAt: string; waitingFor: string | null } | null>;

  // Effects
  effect(key: string): Promise<Effect | null>;
  effectsOf(deliveryId: number): Promise<Effect[]>;
  /**
   * Writes the `pending` row, or marks another write of an existing one (`writes` + 1, doubt cleared). Only while the
   * delivery's lease is ours: else throws `LeaseLostError`. Throws `ScopeLimitError` when its limit is reached. An effect that has its receipt is never started again: throws.
   */
  startEffect(start: EffectStart): Promise<Effect>;
  finishEffect(key: string, receipt: unknown): Promise<void>;
  /** The answer said clearly that nothing was executed: the row is removed. */
  dropEffect(key: string): Promise<void>;
  doubtEffect(key: string, at: number): Promise<void>;
  emptyLook(key: string, at: number): Promise<Effect>;
  /** Ids of the issues that other mail is known to have made, by receipts of writes that were started since then. */
  issuesWritten(since: number): Promise<ReadonlySet<string>>;
  /** How many effects of a scope were started since then (rate limits). */
  countEffects(scope: string, since: number): Promise<number>;
  /** Remembers what a rebuild found outside; {@link effect} tells those with a receipt, too. Idempotent. */
  keepFound(found: readonly FoundReceipt[]): Promise<void>;
  /** Gives the found receipts whose keys begin with `<deliveryKey>/` to a delivery; returns how many. */
  adoptFound(deliveryId: number, deliveryKey: string): Promise<number>;

  // Threads
  /** Idempotent. A message known by its immutable id under another Message-ID (Exchange rewrites them) keeps both. */
  addThreadMessage(message: ThreadMessage): Promise<void>;
  /** By Message-ID, in the order of `messageIds`; rows of `mailbox` before those of others. */
  threadsByMessageId(messageIds: readonly string[], mailbox: string): Promise<ThreadCandidate[]>;
  /** The stored message with this immutable id in a mailbox: how our own sent mail is known without fetching it. */
  threadMessageById(mailbox: string, messageId: string): Promise<ThreadMessage | null>;
  threadsByConversation(mailbox: string, conversationId: string): Promise<ThreadCandidate[]>;
  /** Tracked issues with these keys. */
  threadsByKey(keys: readonly string[]): Promise<ThreadCandidate[]>;
  /** Messages of an issue, oldest first. */
  threadMessages(issueId: string): Promise<ThreadMessage[]>;
  /**
   * The issue was moved: every row follows. An issue imported from the Python tool has its key in the place of its id
   * (Jira's paths take either); when Jira tells the id, this stores it. `knownAs`: what stood there, if that is neither
   * `issue.id` nor `issue.key` (imported under a key that the issue no longer has).
   */
  renameIssue(issue: IssueRef, knownAs?: string): Promise<void>;
  /** The issue is gone in Jira: no mail joins it any more. */
  closeThread(issueId: string): Promise<void>;

  // Pictures
  /** The attachment of this issue that shows the picture with this hash (hex), `null` if none is known. */
  pictureOn(issueId: string, sha256: string): Promise<PictureOnIssue | null>;
  /** Idempotent; the last one wins. */
  rememberPictures(issueId: string, pictures: readonly (PictureOnIssue & { readonly sha256: string })[]): Promise<void>;

  // Relays
  /** Of these issue ids, those that mail belongs to (and that are not closed). */
  trackedIssues(issueIds: readonly string[]): Promise<Map<string, TrackedIssue>>;
  /** Keys of the projects in which tracked issues are. */
  trackedProjects(): Promise<string[]>;
  setResolved(issueId: string, resolved: boolean): Promise<void>;
  /** Stores what is not known yet; returns how many were. What is known never changes by being noticed again. */
  noticeRelays(notices: readonly RelayNotice[]): Promise<number>;
  /** Unfinished relays that are due, the oldest of each issue only, oldest first. */
  dueRelays(limit: number): Promise<Relay[]>;
  /** When the next unfinished relay is due, `null` if there is none. */
  nextRelayDue(): Promise<number | null>;
  unfinishedRelays(): Promise<number>;
  /** Gives it back unfinished. `redraft`: the next draft is another one. */
  releaseRelay(
    id: number,
    release: { notBefore: number; countAttempt: boolean; redraft?: boolean; error?: string },
  ): Promise<void>;
  finishRelay(id: number, finish: { outcome: "sent" | "skipped" | "failed"; reason: string }): Promise<void>;

  // Leases, pauses, secrets, tokens
  /** Takes or renews a named lease; `null` when it is ours now, else who holds it. A dead owner's lease is void at once. */
  acquireLease(name: string, role: string, ttlMs: number): Promise<LeaseHolder | null>;
  releaseLease(name: string): Promise<void>;
  leaseHolder(name: string): Promise<LeaseHolder | null>;
  setPause(pause: Pause): Promise<void>;
  clearPause(destination: Pause["destination"], scope: string): Promise<void>;
  pauses(): Promise<Pause[]>;
  setLastError(error: string | null): Promise<void>;
  lastError(): Promise<{ at: string; error: string } | null>;
  /** Small values of ours that outlive a run (made secrets, the time the relay was switched on). */
  setting(name: string): Promise<string | null>;
  /** Stores it unless it exists; returns what is stored. */
  settingOr(name: string, make: () => string): Promise<string>;
  setSetting(name: string, value: string): Promise<void>;
  tokenCache(name: string): Promise<string | null>;
  setTokenCache(name: string, value: string): Promise<void>;

  // Views
  counts(): Promise<MailboxCounts[]>;
  history(query: HistoryQuery): Promise<HistoryRow[]>;
  failed(): Promise<FailedRow[]>;
  failedDetail(id: number): Promise<(FailedRow & { effects: Effect[] }) | null>;
  /** Back to work at the step that failed; receipts stay. Returns whether there was such a row. */
  retryFailed(id: number): Promise<boolean>;
  /** Ends it as `filtered`, reason "discarded by an administrator". */
  discardFailed(id: number): Promise<boolean>;
  close(): Promise<void>;
}
