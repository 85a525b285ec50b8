/** A decision is carried out: a new issue, a comment, or neither. */

import { readMail } from "../content/read_mail.ts";
import type { IssueRef } from "../core/jira.ts";
import type { IssueState } from "../jira/client.ts";
import { acknowledge } from "./acknowledging.ts";
import { agentOf } from "./agent.ts";
import { takeAutomationMail } from "./automation_mail.ts";
import { claimProject } from "./claim_project.ts";
import { capComments, capKey, commentsCapped } from "./comment_limit.ts";
import type { Parts } from "./context.ts";
import { decide, type Decision, issueDecision } from "./decide.ts";
import { withoutIssue } from "./facts.ts";
import { isForward } from "./forwards.ts";
import { linkIssues } from "./issue_link.ts";
import type { Ending, Job } from "./job.ts";
import { joinIssue } from "./join_issue.ts";
import { openIssue } from "./open_issue.ts";
import { rememberOwn } from "./own_mail.ts";
import { peopleOf } from "./people_of_mail.ts";
import { onResolvedIssue } from "./resolved.ts";
import { settle } from "./resumption.ts";
import { waitForInbox } from "./waiting.ts";
import { addWatchers } from "./watchers.ts";

/** Decides, or goes on with what was decided, until the mail has its place. */
export async function carryOut(parts: Parts, job: Job): Promise<Ending> {
  let { facts } = job;
  for (;;) {
    const decision = settle(decide(job.message, facts, parts.settings), job, parts.settings);
    if (decision.outcome === "wait-for-inbox") return { release: await waitForInbox(parts, job.delivery) };
    if (decision.outcome === "filtered") {
      if (decision.filter === "own-output") await rememberOwn(parts, job.message);
      if (decision.filter === "jira-automation") {
        await takeAutomationMail(parts, job.message, job.key, job.hold);
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
  const { message, key, hold, delivery } = job;
  const taken = await claimProject(parts, job, decision.route.project);
  if (taken !== null) return taken;
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
  await addWatchers(parts, hold, key, issue, people.watchers);
  if (linkTo !== null) await linkIssues(parts, hold, key, issue, linkTo);
  const told = await acknowledge(parts, { hold, key, message, issue, acknowledgement: decision.acknowledgement });
  return { finish: { outcome: "created", reason: `${decision.reason}; ${told}`, filter: null, issue } };
}

async function asComment(
  parts: Parts,
  job: Job,
  decision: Extract<Decision, { outcome: "commented" }>,
  issue: IssueState,
): Promise<Ending> {
  const { message, key, hold, delivery } = job;
  const taken = await claimProject(parts, job, issue.projectKey);
  if (taken !== null) return taken;
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
    return await capComments(parts, job, issue);
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
  await addWatchers(parts, hold, key, ref, people.watchers);
  return { finish: { outcome: "commented", reason: decision.reason, filter: null, issue: ref } };
}
