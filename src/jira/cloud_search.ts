/** Cloud's `search/jql`: the index lags behind, so that what it finds is confirmed and "nothing" is only a hint. */

import { getIssue, searchAndReconsileIssuesUsingJqlPost } from "jira.js/cloud";
import type { Client } from "jira.js/core";
import type { IssueRef } from "../core/jira.ts";
import { nullIfAbsent } from "./absent.ts";
import { foundIssueAnswer, readAnswer, tokenSearchAnswer } from "./answers.ts";
import { PROPERTY_KEY } from "./client.ts";
import { createdByUs, updatedIn } from "./jql.ts";
import { distinctRefs, idempotencyKeyOf } from "./nouns.ts";
import { allTokenPages } from "./paging.ts";

export interface SearchClients {
  /** Whose POST only reads. */
  readonly search: Client;
  readonly read: Client;
}

const PAGE = 100;

/**
 * Issues that carry the key. One whose property the index does not show yet is asked for it. A refused credential can be
 * answered with an empty list: `assertAccepted` must throw then.
 */
export async function issuesWithKey(
  clients: SearchClients,
  idempotencyKey: string,
  minutes: number,
  assertAccepted: () => Promise<unknown>,
): Promise<IssueRef[]> {
  const found = await search(clients.search, createdByUs(minutes), [PROPERTY_KEY]);
  const candidates = found.filter(({ properties }) => {
    const shown = idempotencyKeyOf(properties?.[PROPERTY_KEY]);
    return shown === null || shown === idempotencyKey;
  });
  const ids = [...new Set(candidates.map(({ id }) => id))];
  const confirmed = await Promise.all(ids.map((id) => withKey(clients.read, id, idempotencyKey)));
  const ours = confirmed.filter((ref) => ref !== null);
  if (ours.length === 0) await assertAccepted();
  return ours;
}

/** The issue with its present key, if it carries ours: read from the database, not from the index. */
async function withKey(client: Client, id: string, idempotencyKey: string): Promise<IssueRef | null> {
  const asked = { issueIdOrKey: id, fields: ["created"], properties: [PROPERTY_KEY] };
  const answer = await nullIfAbsent(getIssue(client, asked), [404]);
  if (answer === null) return null;
  const issue = readAnswer(foundIssueAnswer, answer, { method: "GET", path: `/rest/api/3/issue/${id}`, write: false });
  const carries = idempotencyKeyOf(issue.properties?.[PROPERTY_KEY]) === idempotencyKey;
  return carries ? { id: issue.id, key: issue.key } : null;
}

export async function recentlyUpdated(
  clients: SearchClients,
  projects: readonly string[],
  minutes: number,
): Promise<IssueRef[]> {
  if (projects.length === 0) return [];
  return distinctRefs(await search(clients.search, updatedIn(projects, minutes)));
}

async function search(client: Client, jql: string, properties?: string[]) {
  return await allTokenPages(async (nextPageToken) => {
    const answer = await searchAndReconsileIssuesUsingJqlPost(client, {
      jql,
      maxResults: PAGE,
      fields: ["created"],
      ...(properties === undefined ? {} : { properties }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    const origin = { method: "POST", path: "/rest/api/3/search/jql", write: false };
    const { issues, nextPageToken: next, isLast } = readAnswer(tokenSearchAnswer, answer, origin);
    return { items: issues, next: isLast === true ? null : next };
  });
}
