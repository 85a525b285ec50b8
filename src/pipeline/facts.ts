/** What the state knows about a mail, gathered before it is decided. */

import type { IssueRef } from "../core/jira.ts";
import { type Message, referencedMessageIds } from "../core/mail.ts";
import type { Delivery, State, ThreadCandidate } from "../core/state_port.ts";
import { issueKeysIn } from "../filtering/threads.ts";
import type { Parts } from "./context.ts";
import { automaticVerdict, type GatheredFacts } from "./decide.ts";
import type { ReplyTokens } from "./reply_tokens.ts";

export async function gatherFacts(parts: Parts, delivery: Delivery, message: Message): Promise<GatheredFacts> {
  const row = await parts.state.mailbox(delivery.mailbox);
  return {
    handled: null,
    startedAt: row?.startedAt ?? null,
    includeBeforeStart: delivery.includeBeforeStart,
    ownMessage: message.internetMessageId === null ? null : await sentByUs(parts, message),
    inboxReadSince: await inboxReadSince(parts, delivery),
    ...await threadFacts(parts, message),
  };
}

/** The issues that a mail may belong to. `tokens` null: no reply token was ever given out. */
export async function threadFacts(
  { state, tokens }: { readonly state: State; readonly tokens: ReplyTokens | null },
  message: Message,
): Promise<Pick<GatheredFacts, "references" | "conversation" | "keys" | "tokens" | "aboutIssue">> {
  const { mailbox, conversationId } = message;
  const { reported } = automaticVerdict(message);
  const [byTokens, references, conversation, keys, about] = await Promise.all([
    tokens === null ? [] : threadsByTokens(state, tokens, message),
    state.threadsByMessageId(referencedMessageIds(message), mailbox),
    conversationId === null ? [] : state.threadsByConversation(mailbox, conversationId),
    state.threadsByKey(issueKeysIn(message.subject)),
    reported.length === 0 ? [] : state.threadsByMessageId(reported, mailbox),
  ]);
  return { references, conversation, keys, tokens: byTokens, aboutIssue: about[0]?.issue.key ?? null };
}

/** The issues whose reply token stands in the mail, quoted history included. */
async function threadsByTokens(state: State, tokens: ReplyTokens, message: Message): Promise<ThreadCandidate[]> {
  const tracked = await state.trackedIssues(await tokens.issueIdsIn(message.body.content));
  return [...tracked.values()].map(({ issue }) => ({
    issue,
    mailbox: message.mailbox,
    via: issue.key,
    participants: [],
  }));
}

/** The Message-ID, if the message that we know by it is one that we sent. */
async function sentByUs(parts: Parts, message: Message): Promise<string | null> {
  const [candidate] = await parts.state.threadsByMessageId([message.internetMessageId!], message.mailbox);
  if (candidate === undefined) return null;
  const messages = await parts.state.threadMessages(candidate.issue.id);
  const ours = messages.some(({ origin, internetMessageId }) =>
    origin === "ours" && internetMessageId === message.internetMessageId
  );
  return ours ? message.internetMessageId : null;
}

async function inboxReadSince(parts: Parts, delivery: Delivery): Promise<boolean> {
  const { rounds, complete, link } = await parts.state.cursor(delivery.mailbox, "inbox");
  const wanted = delivery.waitingFor?.match(/^round:(\d+)$/)?.[1];
  if (wanted !== undefined) return rounds >= Number(wanted);
  // A round is under way once its first page is stored, or when its link was lost; before all rounds there is none.
  return delivery.folder === "inbox" && (complete || (link === null && rounds === 0));
}

/** An issue that is gone: nothing may lead to it any more. */
export function withoutIssue(facts: GatheredFacts, issueId: string): GatheredFacts {
  const others = <T extends { issue: IssueRef }>(candidates: readonly T[]) =>
    candidates.filter(({ issue }) => issue.id !== issueId);
  return {
    ...facts,
    references: others(facts.references),
    conversation: others(facts.conversation),
    keys: others(facts.keys),
    tokens: others(facts.tokens ?? []),
  };
}
