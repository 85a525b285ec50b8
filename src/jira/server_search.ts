/** Server's search: no properties in it, and a refused token can be answered with 200 and nothing. */

import type { IssueRef } from "../core/jira.ts";
import { nullIfAbsent } from "./absent.ts";
import { pagedSearchAnswer, readAnswer, refAnswer } from "./answers.ts";
import { createdByUs, updatedIn } from "./jql.ts";
import { distinctRefs } from "./nouns.ts";
import { allPages } from "./paging.ts";
import { keyOfIssue } from "./server_property.ts";
import type { JiraTransport } from "./transport.ts";

const PAGE = 100;
const PATH = "/rest/api/2/search";

/** Issues that carry the key. `assertAccepted` must throw if the credential is refused: asked before "none" is said. */
export async function issuesWithKey(
  transport: JiraTransport,
  idempotencyKey: string,
  minutes: number,
  assertAccepted: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<IssueRef[]> {
  const candidates = distinctRefs(await search(transport, createdByUs(minutes), signal));
  // The transport bounds how many are under way.
  const confirmed = await Promise.all(candidates.map(async ({ id }) => {
    const key = await keyOfIssue(transport, id, signal);
    return key === idempotencyKey ? await presentRef(transport, id, signal) : null;
  }));
  const ours = confirmed.filter((ref) => ref !== null);
  if (ours.length === 0) await assertAccepted();
  return ours;
}

export async function recentlyUpdated(
  transport: JiraTransport,
  projects: readonly string[],
  minutes: number,
  signal?: AbortSignal,
): Promise<IssueRef[]> {
  if (projects.length === 0) return [];
  return distinctRefs(await search(transport, updatedIn(projects, minutes), signal));
}

/** The index may still have the key from before a move. */
async function presentRef(transport: JiraTransport, id: string, signal?: AbortSignal): Promise<IssueRef | null> {
  const path = `/rest/api/2/issue/${id}`;
  const asked = transport.json({ method: "GET", path, query: { fields: "created" }, signal });
  const answer = await nullIfAbsent(asked, [401, 403, 404]);
  return answer === null ? null : readAnswer(refAnswer, answer, { method: "GET", path, write: false });
}

async function search(transport: JiraTransport, jql: string, signal?: AbortSignal): Promise<IssueRef[]> {
  return await allPages(async (startAt) => {
    const body = { jql, startAt, maxResults: PAGE, fields: ["created"] };
    const answer = await transport.json({ method: "POST", path: PATH, body, reads: true, signal });
    const { issues, total } = readAnswer(pagedSearchAnswer, answer, { method: "POST", path: PATH, write: false });
    return { items: issues, total };
  });
}
