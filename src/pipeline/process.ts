/** One delivery from the mailbox to its outcome. Every path ends in a finish or a release: nothing is dropped. */

import { readMail } from "../content/read_mail.ts";
import type { Person } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import { mailIdentity, sha256Hex } from "../core/ids.ts";
import { type Message, referencedMessageIds } from "../core/mail.ts";
import type { Delivery, Effect, Finish, Gap, KnownMessage, Release } from "../core/state_port.ts";
import { otherRecipients } from "../filtering/recipients.ts";
import type { IssueState } from "../jira/client.ts";
import { acknowledge } from "./acknowledging.ts";
import { agentOf } from "./agent.ts";
import { takeAutomationMail, wasAutomationMail } from "./automation_mail.ts";
import type { Parts, StepHold } from "./context.ts";
import { projectOf, sayInComment } from "./comments.ts";
import { decide, type Decision, type GatheredFacts, issueDecision, ownAddresses } from "./decide.ts";
import { gatherFacts, withoutIssue } from "./facts.ts";
import { joinIssue } from "./join_issue.ts";
import { findCreated, openIssue } from "./open_issue.ts";
import { refusedByJira } from "./refused.ts";
import { onResolvedIssue } from "./resolved.ts";
import type { PipelineSettings } from "./settings.ts";

export type Ending = { readonly finish: Finish } | { readonly release: Release };

/** Stable over restarts, and over a lost state file: what every idempotency key of this mail begins with. */
export async function deliveryKey(mailbox: string, messageId: string): Promise<string> {
  return (await sha256Hex(`${mailbox}\n${messageId}`)).slice(0, 32);
}

export async function processDelivery(parts: Parts, delivery: Delivery, hold: StepHold): Promise<Ending> {
  const { state, graph } = parts;
  const own = await ownSentMail(parts, delivery);
  if (own !== null) return own;
  hold.gap = await gapOf(parts, delivery);
  const effects = await state.effectsOf(delivery.id);
  const old = effects.length === 0 ? await beforeStart(parts, delivery) : null;
  if (old !== null) return old;
  hold.step = "fetch-message";
  const message = await graph.message(delivery.mailbox, delivery.messageId, delivery.folder, hold.signal);
  if (message === null) return await withoutMessage(parts, effects, hold);
  hold.step = "decide";
  const identity = await mailIdentity(message);
  await state.describe(delivery.id, {
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    identity,
    subject: message.subject,
    from: message.from?.address ?? null,
  });
  const resumed = resumption(effects);
  const facts = await gatherFacts(parts, delivery, message);
  if (resumed === null) {
    const earlier = await waitForEarlier(parts, delivery, message);
    if (earlier !== null) return { release: earlier };
    const twin = identity === null ? null : await state.claim(`mailbox:${delivery.mailbox}`, identity, delivery.id);
    if (twin?.known.status === "unfinished") return { release: waitFor(parts, twin.deliveryId) };
    return await carryOut(parts, {
      delivery,
      message,
      hold,
      effects,
      identity,
      facts: { ...facts, handled: twin?.known ?? null },
    });
  }
  return await carryOut(parts, { delivery, message, hold, effects, identity, facts, resumed });
}

/** Clocks differ, and Graph cuts to seconds. */
const GAP_MARGIN_MS = 5 * 60 * 1000;

/** The gap of a restore in which this mail may have been handled; what was found of it becomes its own. */
async function gapOf(parts: Parts, delivery: Delivery): Promise<Gap | null> {
  const { gap, state } = parts;
  if (gap === null || Date.parse(delivery.receivedAt) > gap.until + GAP_MARGIN_MS) return null;
  await state.adoptFound(delivery.id, await deliveryKey(delivery.mailbox, delivery.messageId));
  return gap;
}

interface Job {
  readonly delivery: Delivery;
  readonly message: Message;
  readonly hold: StepHold;
  readonly effects: readonly Effect[];
  readonly identity: string | null;
  readonly facts: GatheredFacts;
  readonly resumed?: Resumption;
}

async function carryOut(parts: Parts, job: Job): Promise<Ending> {
  let { facts } = job;
  for (;;) {
    const decision = settle(decide(job.message, facts, parts.settings), job, parts.settings);
    if (decision.outcome === "wait-for-inbox") return { release: await waitForInbox(parts, job.delivery) };
    if (decision.outcome === "filtered") {
      if (decision.filter === "own-output") await rememberOwn(parts, job.message);
      if (decision.filter === "jira-automation") {
        const key = await deliveryKey(job.delivery.mailbox, job.delivery.messageId);
        await takeAutomationMail(parts, job.message, key, job.hold);
      }
      return { finish: { outcome: "filtered", reason: decision.reason, filter: decision.filter, issue: null } };
    }
    if (decision.outcome === "created") {
      const linkTo = job.resumed?.outcome === "created" ? job.resumed.linkTo : null;
      return await asIssue(parts, job, decision, linkTo);
    }
    const issue = await parts.jira.issue(decision.issueId, job.hold.signal);
    if (issue === null) {
      // Deleted, or not ours to see any more: never a comment on a ghost.
      await parts.state.closeThread(decision.issueId);
      facts = withoutIssue(facts, decision.issueId);
      continue;
    }
    const known: IssueRef = { id: decision.issueId, key: decision.issueKey };
    if (issue.ref.key !== known.key || issue.ref.id !== known.id) await parts.state.renameIssue(issue.ref, known.id);
    return await asComment(parts, job, decision, issue);
  }
}

async function asIssue(
  parts: Parts,
  job: Job,
  decision: Extract<Decision, { outcome: "created" }>,
  linkTo: IssueRef | null,
): Promise<Ending> {
  const { message, hold, delivery } = job;
  const taken = await claimProject(parts, job, decision.route.project);
  if (taken !== null) return taken;
  const key = await deliveryKey(delivery.mailbox, delivery.messageId);
  const mail = readMail({ ...message, cutHistory: false });
  const people = await peopleOf(parts, message, hold);
  const issue = await openIssue(parts, {
    hold,
    delivery,
    message,
    mail,
    decision,
    key,
    effects: job.effects,
    people,
    linkTo,
  });
  await watch(parts, hold, key, issue, people.watchers);
  if (linkTo !== null) await link(parts, hold, key, issue, linkTo);
  const told = await acknowledge(parts, { hold, key, message, issue, acknowledgement: decision.acknowledgement });
  return { finish: { outcome: "created", reason: `${decision.reason}; ${told}`, filter: null, issue } };
}

async function asComment(
  parts: Parts,
  job: Job,
  decision: Extract<Decision, { outcome: "commented" }>,
  issue: IssueState,
): Promise<Ending> {
  const { message, hold, delivery } = job;
  const taken = await claimProject(parts, job, issue.projectKey);
  if (taken !== null) return taken;
  const key = await deliveryKey(delivery.mailbox, delivery.messageId);
  // What the issue's status asked for was settled before the first write; it may have been resolved since.
  const settled = decision.agent || job.resumed?.outcome === "commented";
  const resolved = settled ? { action: "comment" as const } : await onResolvedIssue(parts, hold, key, issue);
  if (resolved.action === "new") {
    const fresh = issueDecision(message, parts.settings, decision.considered);
    return await asIssue(parts, job, { ...fresh, considered: decision.considered }, issue.ref);
  }
  const capBegan = job.effects.some((effect) => effect.key === capKey(key));
  const mayCap = job.resumed === undefined && !decision.agent;
  if (capBegan || (mayCap && await commentsCapped(parts, job, issue.ref.id))) {
    return await capComments(parts, job, issue, key);
  }
  const mail = readMail({ ...message, cutHistory: !isForward(message) });
  const people = await peopleOf(parts, message, hold);
  const ref = await joinIssue(parts, {
    hold,
    delivery,
    message,
    mail,
    key,
    agent: decision.agent,
    issue,
    effects: job.effects,
    from: decision.agent ? await agentOf(message, (address) => parts.people.find(address, hold.signal)) : people.from,
    notes: [],
  });
  await watch(parts, hold, key, ref, people.watchers);
  return { finish: { outcome: "commented", reason: decision.reason, filter: null, issue: ref } };
}

// Resuming

/** What the stored effects say was decided before: filters and votes are not asked again, for the world has changed. */
type Resumption =
  | { readonly outcome: "created"; readonly linkTo: IssueRef | null }
  | { readonly outcome: "commented"; readonly issueId: string };

/** What every effect of ours carries for this purpose. */
interface Carried {
  readonly mode?: "issue" | "comment" | "note";
  readonly issueId?: string;
  readonly linkTo?: IssueRef | null;
}

function resumption(effects: readonly Effect[]): Resumption | null {
  const carried = effects.map((effect) => effect.carried as Carried);
  const opened = carried.find(({ mode }) => mode === "issue");
  if (opened !== undefined) return { outcome: "created", linkTo: opened.linkTo ?? null };
  const issueId = carried.find(({ mode }) => mode === "comment")?.issueId;
  return issueId === undefined ? null : { outcome: "commented", issueId };
}

/** The decision of the first run, if there was one. */
function settle(decision: Decision, job: Job, settings: PipelineSettings): Decision {
  const { resumed, message } = job;
  if (resumed === undefined || resumed.outcome === decision.outcome) {
    if (resumed?.outcome !== "commented" || decision.outcome !== "commented" || decision.issueId === resumed.issueId) {
      return decision;
    }
  }
  const { considered } = decision;
  if (resumed.outcome === "created") return { ...issueDecision(message, settings, considered), considered };
  return {
    outcome: "commented",
    reason: "belongs to a known conversation",
    issueId: resumed.issueId,
    issueKey: "",
    agent: message.folder === "sentitems",
    considered,
  };
}

// Waiting

const WAIT_MS = 60_000;

function waitFor(parts: Parts, deliveryId: number): Release {
  return { notBefore: parts.clock.now() + WAIT_MS, countAttempt: false, waitingFor: `delivery:${deliveryId}` };
}

/** A reply waits for the mail it answers, if that one is on its way. Mail answers older mail only, so nobody waits in a circle. */
async function waitForEarlier(parts: Parts, delivery: Delivery, message: Message): Promise<Release | null> {
  const references = referencedMessageIds(message);
  if (references.length === 0) return null;
  const other = await parts.state.unfinishedWithMessageId(references, delivery.id);
  if (other === null || other.waitingFor === `delivery:${delivery.id}`) return null;
  return other.receivedAt <= delivery.receivedAt ? waitFor(parts, other.deliveryId) : null;
}

async function waitForInbox(parts: Parts, delivery: Delivery): Promise<Release> {
  const waiting = delivery.waitingFor?.startsWith("round:") ? delivery.waitingFor : null;
  const { rounds } = await parts.state.cursor(delivery.mailbox, "inbox");
  return {
    notBefore: parts.clock.now() + Math.min(parts.settings.pollIntervalMs, 5_000),
    countAttempt: false,
    waitingFor: waiting ?? `round:${rounds + 1}`,
  };
}

// Ends without a decision

/** Our own mail in Sent Items, known by its immutable id: no request is needed, and its final Message-ID is remembered. */
async function ownSentMail(parts: Parts, delivery: Delivery): Promise<Ending | null> {
  if (delivery.folder !== "sentitems") return null;
  const ours = await parts.state.threadMessageById(delivery.mailbox, delivery.messageId);
  if (ours?.origin !== "ours") return null;
  await parts.state.addThreadMessage({
    ...ours,
    internetMessageId: delivery.internetMessageId ?? ours.internetMessageId,
    conversationId: delivery.conversationId ?? ours.conversationId,
  });
  return {
    finish: { outcome: "filtered", reason: `our own mail about ${ours.issue.key}`, filter: "own-output", issue: null },
  };
}

/** A first run meets every mail of the folder: old mail costs no request. */
async function beforeStart(parts: Parts, delivery: Delivery): Promise<Ending | null> {
  if (delivery.includeBeforeStart) return null;
  const row = await parts.state.mailbox(delivery.mailbox);
  if (row === null || Date.parse(delivery.receivedAt) >= Date.parse(row.startedAt)) return null;
  const reason = `received before the start of this mailbox (${row.startedAt})`;
  return { finish: { outcome: "filtered", reason, filter: "before-start", issue: null } };
}

async function rememberOwn(parts: Parts, message: Message): Promise<void> {
  const key = message.marker;
  if (key === null || message.id === null) return;
  const draft = await parts.state.effect(key);
  if (draft === null || draft.deliveryId === null) return;
  const [sibling] = (await parts.state.effectsOf(draft.deliveryId)).filter(({ kind }) =>
    kind === "issue" || kind === "comment"
  );
  const issue = sibling?.receipt as IssueRef | null | undefined;
  if (!issue?.key) return;
  await parts.state.addThreadMessage({
    mailbox: message.mailbox,
    issue: { id: issue.id, key: issue.key },
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    participants: [],
    messageId: message.id,
    origin: "ours",
  });
}

/** Deleted or moved out of reach between two requests. What was begun is settled, what was not is nothing. */
async function withoutMessage(
  parts: Parts,
  effects: readonly Effect[],
  hold: StepHold,
): Promise<Ending> {
  const gone = "the mail is not in the mailbox any more";
  if (wasAutomationMail(effects)) {
    return { finish: { outcome: "filtered", reason: "read and deleted", filter: "jira-automation", issue: null } };
  }
  const issueEffect = effects.find(({ kind }) => kind === "issue");
  if (issueEffect === undefined) {
    const comment = effects.find(({ kind, status }) => kind === "comment" && status === "done");
    const { issueId } = (comment?.carried ?? {}) as { issueId?: string };
    const issue = issueId === undefined ? null : await parts.jira.issue(issueId, hold.signal);
    if (issue !== null) {
      return {
        finish: { outcome: "commented", reason: `${gone}; its comment exists`, filter: null, issue: issue.ref },
      };
    }
    return { finish: { outcome: "filtered", reason: gone, filter: "message-gone", issue: null } };
  }
  hold.step = "create-issue";
  let receipt = issueEffect.receipt as IssueRef | null;
  if (issueEffect.status === "pending") {
    receipt = await parts.engine.perform<IssueRef | null>(hold, {
      key: issueEffect.key,
      kind: "issue",
      carried: issueEffect.carried,
      look: (effect, signal) => findCreated(parts, issueEffect.key, effect, signal),
      // Absent for certain, and its text is gone: there is nothing left to write.
      write: () => Promise.resolve(null),
    });
  }
  if (receipt === null) return { finish: { outcome: "filtered", reason: gone, filter: "message-gone", issue: null } };
  const issue: IssueRef = { id: receipt.id, key: receipt.key };
  return { finish: { outcome: "created", reason: `${gone}; its issue exists`, filter: null, issue } };
}

/** One mail to several of our mailboxes is handled once per project. */
async function claimProject(parts: Parts, job: Job, project: string): Promise<Ending | null> {
  if (job.identity === null || job.resumed !== undefined) return null;
  const other = await parts.state.claim(`project:${project}`, job.identity, job.delivery.id);
  if (other === null) return null;
  if (other.known.status === "unfinished") return { release: waitFor(parts, other.deliveryId) };
  return {
    finish: {
      outcome: "filtered",
      reason: `already handled for project ${project} from another mailbox${issueWords(other.known)}`,
      filter: "already-handled",
      issue: null,
    },
  };
}

function issueWords(known: KnownMessage): string {
  return known.issue === null ? "" : ` (${known.issue.key})`;
}

// Loops

const HOUR_MS = 60 * 60 * 1000;

async function commentsCapped(parts: Parts, { delivery, hold }: Job, issueId: string): Promise<boolean> {
  const now = parts.clock.now();
  // What was over the limit when it came is over it still, though the limit is looked at much later.
  const at = hold.gap == null ? now : Math.min(now, Date.parse(delivery.receivedAt));
  const count = await parts.state.countEffects(`comment:${issueId}`, at - HOUR_MS);
  return count >= parts.settings.commentLimitPerHour;
}

function capKey(deliveryKey: string): string {
  return `${deliveryKey}/cap`;
}

/**
 * Too many comments from mail within an hour: one line says so, the mail stays in the mailbox. The first mail over the
 * limit is the one that says it; several may come at once, each of a conversation of its own.
 */
async function capComments(parts: Parts, job: Job, issue: IssueState, key: string): Promise<Ending> {
  const hour = Math.floor(parts.clock.now() / HOUR_MS);
  const us = String(job.delivery.id);
  const speaker = await parts.state.settingOr(`cap:${issue.ref.id}:${hour}`, () => us);
  if (speaker === us || job.effects.some((effect) => effect.key === capKey(key))) {
    await sayInComment(parts, job.hold, {
      key: capKey(key),
      issueId: issue.ref.id,
      project: issue.projectKey,
      lines: [
        `More than ${parts.settings.commentLimitPerHour} mails in an hour: further mails of this conversation stay in the ` +
        "mailbox and are not added here. Two automatic systems may be answering each other.",
      ],
    });
  }
  return {
    finish: {
      outcome: "filtered",
      reason: `more than ${parts.settings.commentLimitPerHour} mails on ${issue.ref.key} within an hour`,
      filter: "loop-limit",
      issue: null,
    },
  };
}

// People

async function peopleOf(parts: Parts, message: Message, hold: StepHold) {
  const person = async ({ name, address }: { name: string; address: string }): Promise<Person> => ({
    name,
    address,
    jiraUser: await parts.people.find(address, hold.signal),
  });
  const own = ownAddresses(parts.settings);
  const others = otherRecipients(message, own);
  const [from, people] = await Promise.all([
    message.from === null ? null : person(message.from),
    Promise.all(others.map((other, i) => i < MAX_PEOPLE ? person(other) : { ...other, jiraUser: null })),
  ]);
  const cc = people.filter(({ address }) => message.cc.some((one) => one.address === address));
  const watchers = people.filter(({ jiraUser }) => jiraUser !== null && jiraUser.id !== parts.ourJira.user.id);
  return { from, cc, watchers };
}

/** Recipients looked up in Jira; a mail to a whole company is no list of watchers. */
const MAX_PEOPLE = 50;

async function watch(
  parts: Parts,
  hold: StepHold,
  key: string,
  issue: IssueRef,
  watchers: readonly Person[],
): Promise<void> {
  hold.step = "add-watchers";
  for (const { jiraUser } of watchers) {
    if (jiraUser === null) continue;
    try {
      await parts.engine.perform(hold, {
        key: `${key}/watcher/${jiraUser.id}`,
        kind: "watcher",
        carried: { issueId: issue.id },
        idempotent: true,
        look: () => Promise.resolve(null),
        async write(signal) {
          await parts.jira.addWatcher(issue.id, jiraUser, signal);
          return true;
        },
      });
    } catch (error) {
      // Jira does not let this user watch, or us add watchers: the mail is no worse for it.
      if (!refusedByJira(error)) throw error;
      parts.log.info("Jira did not take a watcher for {issueKey}: {status}.", {
        issueKey: issue.key,
        status: error.status,
      });
    }
  }
}

async function link(parts: Parts, hold: StepHold, key: string, issue: IssueRef, to: IssueRef): Promise<void> {
  try {
    await parts.engine.perform(hold, {
      key: `${key}/link`,
      kind: "link",
      carried: { issueId: issue.id },
      idempotent: true,
      look: () => Promise.resolve(null),
      async write(signal) {
        await parts.jira.linkIssues("Relates", issue.key, to.key, signal);
        return true;
      },
    });
  } catch (error) {
    if (!refusedByJira(error)) throw error;
    await sayInComment(parts, hold, {
      key: `${key}/link-note`,
      issueId: issue.id,
      project: projectOf(issue.key),
      lines: [`Follows ${to.key}; Jira did not take a link (${error.status}).`],
    });
  }
}

/** A forward says so in its subject; its quoted part is what the sender wants to show. */
export function isForward(message: Message): boolean {
  return /^\s*(?:fwd?|wg|tr|rv|enc|i|vs|vl|doorst|pd|ilt|továbbítás)\s*(?:\[\d+\])?\s*:/i.test(message.subject);
}
