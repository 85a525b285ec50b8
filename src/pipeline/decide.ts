/** What becomes of a mail: pure, from the mail and the facts gathered about it. `explain` and `--dry-run` use the same. */

import type {
  AutomaticVerdict,
  FilterName,
  FilterVerdict,
  Route,
  SenderVerification,
  ThreadVerdict,
} from "../core/decision.ts";
import { headerValue, headerValues, MEETING_HEADER, type Message } from "../core/mail.ts";
import type { KnownMessage, ThreadCandidate } from "../core/state_port.ts";
import { classifyAutomatic } from "../filtering/automatic_mail/classify.ts";
import { type EarlierHandling, everyOwnAddress, type FilterFacts, type OwnAddresses } from "../filtering/facts.ts";
import { decisive, runFilters } from "../filtering/filters.ts";
import { type AcknowledgementRecipient, acknowledgementRecipient } from "../filtering/recipients.ts";
import { routeMail } from "../filtering/routing.ts";
import { awaitsParent } from "../filtering/sent_items.ts";
import { voteThread } from "../filtering/threads.ts";
import { verifySender } from "../filtering/verification.ts";
import type { BoardTarget, PipelineSettings } from "./settings.ts";

/** What the state and the mailbox know about a mail. */
export interface GatheredFacts {
  readonly handled: KnownMessage | null;
  readonly startedAt: string | null;
  readonly includeBeforeStart: boolean;
  readonly ownMessage: string | null;
  readonly inboxReadSince: boolean;
  readonly references: readonly ThreadCandidate[];
  readonly conversation: readonly ThreadCandidate[];
  readonly keys: readonly ThreadCandidate[];
  /** By genuine reply tokens in the body. */
  readonly tokens?: readonly ThreadCandidate[];
  /** Issue of the mail that an automatic mail is about. */
  readonly aboutIssue: string | null;
}

export interface IssueDecision {
  readonly outcome: "created";
  readonly reason: string;
  readonly route: Route;
  readonly target: BoardTarget;
  /** Sentences for the issue itself. */
  readonly notes: readonly string[];
  readonly verified: boolean;
  readonly acknowledgement: AcknowledgementRecipient;
}

export interface CommentDecision {
  readonly outcome: "commented";
  readonly reason: string;
  readonly issueId: string;
  readonly issueKey: string;
  /** Written by an agent from the mailbox. */
  readonly agent: boolean;
}

export interface FilterDecision {
  readonly outcome: "filtered";
  readonly reason: string;
  readonly filter: FilterName;
}

/** The mail it answers may not have been read yet. */
export interface WaitDecision {
  readonly outcome: "wait-for-inbox";
}

/** The verdicts behind a decision, for `explain`. */
export interface Considered {
  readonly automatic: AutomaticVerdict;
  readonly verification: SenderVerification;
  readonly thread: ThreadVerdict;
  readonly filters: readonly FilterVerdict[];
  readonly route: Route;
}

export type Decision = (IssueDecision | CommentDecision | FilterDecision | WaitDecision) & {
  readonly considered: Considered;
};

export function ownAddresses(settings: PipelineSettings): OwnAddresses {
  return { mailboxes: settings.mailboxes, addresses: settings.aliases };
}

/** What Exchange makes of a meeting message's calendar part, told back in iTIP's words (RFC 5546). */
const MEETING_METHODS: Readonly<Record<string, string>> = {
  eventMessageRequest: "REQUEST",
  eventMessageResponse: "REPLY",
};

/** What the classifier says; its text evidence is the plain or HTML body as it came. */
export function automaticVerdict(message: Message, own?: OwnAddresses): AutomaticVerdict {
  const meeting = headerValues(message, MEETING_HEADER).at(-1);
  return classifyAutomatic({
    envelope: message,
    bodyText: message.body.content,
    ...(own === undefined ? {} : { ownAddresses: everyOwnAddress(own) }),
    ...(message.reportText === undefined ? {} : { reportText: message.reportText }),
    attachmentTypes: [
      ...message.attachments.map(({ contentType }) => contentType),
      ...(meeting === undefined ? [] : [`text/calendar; method=${MEETING_METHODS[meeting] ?? "CANCEL"}`]),
    ],
  });
}

export function decide(message: Message, facts: GatheredFacts, settings: PipelineSettings): Decision {
  const own = ownAddresses(settings);
  const verification = verifySender(message);
  const automatic = automaticVerdict(message, own);
  const thread = voteThread(message, { ...facts, own, verification });
  const { route } = routeOf(message, settings);
  const filterFacts: FilterFacts = {
    own,
    handled: facts.handled === null ? null : earlierHandling(facts.handled),
    startedAt: facts.startedAt,
    includeBeforeStart: facts.includeBeforeStart,
    ownMessage: facts.ownMessage,
    jira: { host: settings.jiraHost, addresses: [] },
    knownIssue: thread.issue,
    inboxReadSince: facts.inboxReadSince,
    whitelist: settings.whitelist,
    blacklist: settings.blacklist,
    automatic,
    aboutIssue: facts.aboutIssue,
    automaticActions: settings.automaticMail,
    verification,
  };
  const filters = runFilters(message, filterFacts);
  const considered: Considered = { automatic, verification, thread, filters, route };
  const rejection = decisive(filters);
  // Outside the Inbox only what would be filtered for want of an issue waits; of the Inbox all that looks like an answer.
  const settledByIssue = message.folder === "inbox" || rejection?.filter === "sent-items";
  if (settledByIssue && awaitsParent(message, filterFacts)) {
    return { outcome: "wait-for-inbox", considered };
  }
  if (rejection !== null) {
    return { outcome: "filtered", filter: rejection.filter, reason: rejection.reason, considered };
  }
  if (thread.issue !== null && thread.issueId !== null) {
    const won = thread.votes.find(({ won }) => won);
    return {
      outcome: "commented",
      reason: won?.reason ?? "belongs to a known conversation",
      issueId: thread.issueId,
      issueKey: thread.issue,
      agent: message.folder === "sentitems",
      considered,
    };
  }
  return { ...issueDecision(message, settings, considered), considered };
}

/** The decision for a new conversation, whatever the votes said; also what a restart goes on with. */
export function issueDecision(message: Message, settings: PipelineSettings, considered: Considered): IssueDecision {
  const { automatic, verification } = considered;
  const verified = verification !== "fail";
  return {
    outcome: "created",
    reason: verified ? "a new conversation" : "a new conversation; the sender is not verified",
    ...routeOf(message, settings),
    notes: verified ? [] : [unverifiedNote(message)],
    verified,
    acknowledgement: acknowledgementRecipient(message, { own: ownAddresses(settings), automatic, verification }),
  };
}

function earlierHandling(known: KnownMessage): EarlierHandling {
  return { outcome: known.outcome, issue: known.issue?.key ?? null };
}

function unverifiedNote(message: Message): string {
  const results = headerValue(message, "Authentication-Results") ?? "";
  const failed = ["dmarc", "compauth"].filter((method) => new RegExp(`\\b${method}\\s*=\\s*fail`, "i").test(results));
  return `The sender of this mail could not be verified (${failed.map((method) => `${method}=fail`).join(", ")}). ` +
    "It may be forged: it joined no conversation, has no reporter and was not acknowledged.";
}

function routeOf(message: Message, settings: PipelineSettings): { route: Route; target: BoardTarget } {
  const { boards, mailboxBoards, defaultTarget } = settings;
  const route = routeMail(message, {
    addresses: settings.aliases,
    boards,
    mailboxBoards: Object.entries(mailboxBoards).map(([mailbox, target]) => ({ mailbox, target })),
    default: defaultTarget,
    issueType: settings.issueType,
    labels: settings.labels,
  });
  const target = everyTarget(settings).find(({ board, project }) => board === route.board && project === route.project);
  return { route, target: target ?? defaultTarget };
}

/** Every project that mail can go to. */
export function everyTarget({ boards, mailboxBoards, defaultTarget }: PipelineSettings): BoardTarget[] {
  return [...boards, ...Object.values(mailboxBoards), defaultTarget];
}
