/** Server's search: no properties in it, and a refused token can be answered with 200 and nothing. */

import type { IssueRef } from "../core/jira.ts";
import type { CreatedIssue, UpdatedIssue, Wanted } from "./client.ts";
import { nullIfAbsent } from "./absent.ts";
import { pagedSearchAnswer, readAnswer, refAnswer } from "./answers.ts";
import { createdByUs, updatedIn } from "./jql.ts";
import { distinctRefs, toUpdatedIssue } from "./nouns.ts";
import { allPages } from "./paging.ts";
import { keyOfIssue } from "./server_property.ts";
import type { JiraTransport } from "./transport.ts";

const PAGE = 100;
const PATH = "/rest/api/2/search";

/** Issues that carry the key. `assertAccepted` must throw if the credential is refused: asked before "none" is said. */
export async function issuesWithKey(
  transport: JiraTransport,
  { idempotencyKey, minutes, except }: Wanted,
  assertAccepted: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<IssueRef[]> {
  const found = distinctRefs(await search(transport, createdByUs(minutes), signal));
  const candidates = found.filter(({ id }) => !except.has(id));
  // The transport bounds how many are under way.
  const confirmed = await Promise.all(candidates.map(async ({ id }) => {
    const key = await keyOfIssue(transport, id, signal);
    return key === idempotencyKey ? await presentRef(transport, id, signal) : null;
  }));
  const ours = confirmed.filter((ref) => ref !== null);
  if (ours.length === 0) await assertAccepted();
  return ours;
}

/** What we created within these minutes, with the keys, each asked for: the search does not show them. */
export async function issuesOfOurs(
  transport: JiraTransport,
  minutes: number,
  except: ReadonlySet<string>,
  assertAccepted: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<CreatedIssue[]> {
  const found = distinctRefs(await search(transport, createdByUs(minutes), signal));
  // The search and the property of a refused credential look like nothing.
  await assertAccepted();
  const wanted = found.filter(({ id }) => !except.has(id));
  return await Promise.all(
    wanted.map(async ({ id, key }) => ({ ref: { id, key }, idempotencyKey: await keyOfIssue(transport, id, signal) })),
  );
}

export async function recentlyUpdated(
  transport: JiraTransport,
  projects: readonly string[],
  minutes: number,
  signal?: AbortSignal,
): Promise<UpdatedIssue[]> {
  if (projects.length === 0) return [];
  const found = await search(transport, updatedIn(projects, minutes), signal);
  return distinctRefs(found.map(toUpdatedIssue));
}

/** The index may still have the key from before a move. */
async function presentRef(transport: JiraTransport, id: string, signal?: AbortSignal): Promise<IssueRef | null> {
  const path = `/rest/api/2/issue/${id}`;
  const asked = transport.json({ method: "GET", path, query: { fields: "created" }, signal });
  const answer = await nullIfAbsent(asked, [401, 403, 404]);
  return answer === null ? null : readAnswer(refAnswer, answer, { method: "GET", path, write: false });
}

async function search(transport: JiraTransport, jql: string, signal?: AbortSignal) {
  return await allPages(async (startAt) => {
    const body = { jql, startAt, maxResults: PAGE, fields: ["created", "updated", "status", "resolutiondate"] };
    const answer = await transport.json({ method: "POST", path: PATH, body, reads: true, signal });
    const { issues, total } = readAnswer(pagedSearchAnswer, answer, { method: "POST", path: PATH, write: false });
    return { items: issues, total };
  });
}
