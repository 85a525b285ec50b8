/** An explanation for people: sections, the verdict first. */

import type { Explanation } from "../app/explain.ts";
import { localTime } from "./times.ts";

/** As lines without line ends. */
export function explanationLines(explanation: Explanation): string[] {
  const { message } = explanation;
  const facts: [string, string | null][] = [
    ["File", explanation.file],
    ["Subject", message.subject],
    ["From", message.from],
    ["Received", message.receivedAt === null ? null : localTime(message.receivedAt)],
    ["Message-ID", message.internetMessageId],
    ["Graph id", message.id],
  ];
  const head = facts.filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${`${name}:`.padEnd(12)}${value}`);
  const outcome = `${"Outcome:".padEnd(12)}${explanation.outcome}: ${explanation.reason}`;
  if (explanation.outcome === "failed") return [...head, outcome];
  const judged = [
    ...head,
    outcome,
    ...section("Filters", filterLines(explanation)),
    ...section("Automatic mail", automaticLines(explanation)),
    ...section("Conversation", threadLines(explanation)),
  ];
  if (explanation.outcome === "filtered") return judged;
  return [
    ...judged,
    ...section("Route", routeLines(explanation)),
    ...section("People", peopleLines(explanation)),
    ...section("Text", textLines(explanation)),
    ...section("Cut off", cutLines(explanation)),
    ...section("Attachments", attachmentLines(explanation)),
    ...section("Requests", explanation.requests.map(({ method, path }) => `${method.padEnd(5)} ${path}`)),
  ];
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `  ${line}`.trimEnd())];
}

function filterLines({ filters }: Explanation): string[] {
  return filters.map(({ filter, verdict, reason }) => `${verdict.padEnd(6)}  ${filter.padEnd(18)} ${reason}`);
}

function automaticLines({ automatic, automaticKind, automaticEvidence }: Explanation): string[] {
  if (!automatic) return [];
  return [automaticKind ?? "automatic", ...automaticEvidence.map((evidence) => `- ${evidence}`)];
}

function threadLines({ thread, verification }: Explanation): string[] {
  const verdict = thread.issue === null ? "a new conversation" : `${thread.issue}, known by ${thread.rule}`;
  const sender = verification === "fail" ? ["the sender could not be verified: it joins no conversation"] : [];
  return [
    verdict,
    ...sender,
    ...thread.votes.map((vote) =>
      `${vote.won ? "won " : "vote"}  ${vote.rule.padEnd(12)} ${vote.issue ?? "-"}  ${vote.reason}`
    ),
  ];
}

function routeLines({ route, outcome }: Explanation): string[] {
  if (route === null || outcome !== "created") return [];
  return [
    `project     ${route.project}${route.board === null ? "" : `, by board "${route.board}"`}`,
    `issue type  ${route.issueType}`,
    ...(route.labels.length === 0 ? [] : [`labels      ${route.labels.join(", ")}`]),
    ...(route.priority === null ? [] : [`priority    ${route.priority}`]),
  ];
}

function peopleLines({ people, acknowledgement }: Explanation): string[] {
  const named = ({ address, jiraUser }: { address: string; jiraUser: string | null }) =>
    jiraUser === null ? `${address}, no Jira user` : `${address}, Jira user ${jiraUser}`;
  return [
    ...(people.reporter === null ? [] : [`reporter         ${named(people.reporter)}`]),
    ...people.watchers.map((watcher) => `watcher          ${named(watcher)}`),
    ...(acknowledgement === null
      ? []
      : [`acknowledgement  ${acknowledgement.to ?? "none"}${remark(acknowledgement.reason)}`]),
  ];
}

function remark(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}

/** The body as Jira takes it; an ADF document, which nobody can read, as the plain text it was made from. */
function textLines({ body, text, summary, outcome }: Explanation): string[] {
  if (body === null) return [];
  const kept = typeof body.content === "string"
    ? [body.content, ""]
    : [text, "", "(written as an Atlassian document, see --json)"];
  return [
    ...(outcome === "created" ? [`Summary: ${summary}`, ""] : []),
    ...kept.join("\n").split(/\r?\n/).slice(0, typeof body.content === "string" ? -1 : undefined),
  ];
}

function cutLines({ removedText, cutReason }: Explanation): string[] {
  const lines = removedText.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return [];
  const shown = lines.slice(0, 5).map((line) => `| ${line}`);
  const more = lines.length > shown.length ? [`| … ${lines.length - shown.length} lines more (see --json)`] : [];
  return [...(cutReason === "" ? [] : [cutReason]), ...shown, ...more];
}

function attachmentLines({ attachments }: Explanation): string[] {
  return attachments.map(({ name, contentType, size, inline, action, reason }) =>
    `${action.padEnd(6)}  ${name}  ${contentType}, ${size} bytes${inline ? ", in the text" : ""}${remark(reason)}`
  );
}
