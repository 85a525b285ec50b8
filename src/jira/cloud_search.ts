/** Cloud's `search/jql`: the index lags behind, so that what it finds is confirmed and "nothing" is only a hint. */

import { getIssue, searchAndReconsileIssuesUsingJqlPost } from "jira.js/cloud";
import type { Client } from "jira.js/core";
import type { IssueRef } from "../core/jira.ts";
import { nullIfAbsent } from "./absent.ts";
import { foundIssueAnswer, readAnswer, tokenSearchAnswer } from "./answers.ts";
import { type CreatedIssue, PROPERTY_KEY, type UpdatedIssue, type Wanted } from "./client.ts";
import { createdByUs, updatedIn } from "./jql.ts";
import { distinctRefs, idempotencyKeyOf, toUpdatedIssue } from "./nouns.ts";
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
  { idempotencyKey, minutes, except }: Wanted,
  assertAccepted: () => Promise<unknown>,
): Promise<IssueRef[]> {
  const found = await search(clients.search, createdByUs(minutes), [PROPERTY_KEY]);
  const candidates = found.filter(({ id, properties }) => {
    if (except.has(id)) return false;
    const shown = idempotencyKeyOf(properties?.[PROPERTY_KEY]);
    return shown === null || shown === idempotencyKey;
  });
  const ids = [...new Set(candidates.map(({ id }) => id))];
  const confirmed = await Promise.all(ids.map((id) => withKey(clients.read, id, idempotencyKey)));
  const ours = confirmed.filter((ref) => ref !== null);
  if (ours.length === 0) await assertAccepted();
  return ours;
}

/** What we created within these minutes, with the keys. An index that does not show a property yet is not believed. */
export async function issuesOfOurs(
  clients: SearchClients,
  minutes: number,
  except: ReadonlySet<string>,
  assertAccepted: () => Promise<unknown>,
): Promise<CreatedIssue[]> {
  const found = await search(clients.search, createdByUs(minutes), [PROPERTY_KEY]);
  if (found.length === 0) await assertAccepted();
  const wanted = [...new Map(found.map((issue) => [issue.id, issue])).values()].filter(({ id }) => !except.has(id));
  const read = await Promise.all(wanted.map(async ({ id, key, properties }) => {
    const shown = idempotencyKeyOf(properties?.[PROPERTY_KEY]);
    return shown === null ? await readKey(clients.read, id) : { ref: { id, key }, idempotencyKey: shown };
  }));
  return read.filter((issue) => issue !== null);
}

/** The issue with its present key, if it carries ours: read from the database, not from the index. */
async function withKey(client: Client, id: string, idempotencyKey: string): Promise<IssueRef | null> {
  const issue = await readKey(client, id);
  return issue?.idempotencyKey === idempotencyKey ? issue.ref : null;
}

async function readKey(client: Client, id: string): Promise<CreatedIssue | null> {
  const asked = { issueIdOrKey: id, fields: ["created"], properties: [PROPERTY_KEY] };
  const answer = await nullIfAbsent(getIssue(client, asked), [404]);
  if (answer === null) return null;
  const issue = readAnswer(foundIssueAnswer, answer, { method: "GET", path: `/rest/api/3/issue/${id}`, write: false });
  const idempotencyKey = idempotencyKeyOf(issue.properties?.[PROPERTY_KEY]);
  return { ref: { id: issue.id, key: issue.key }, idempotencyKey };
}

export async function recentlyUpdated(
  clients: SearchClients,
  projects: readonly string[],
  minutes: number,
): Promise<UpdatedIssue[]> {
  if (projects.length === 0) return [];
  const found = await search(clients.search, updatedIn(projects, minutes));
  return distinctRefs(found.map(toUpdatedIssue));
}

async function search(client: Client, jql: string, properties?: string[]) {
  return await allTokenPages(async (nextPageToken) => {
    const answer = await searchAndReconsileIssuesUsingJqlPost(client, {
      jql,
      maxResults: PAGE,
      fields: ["created", "updated", "status", "resolutiondate"],
      ...(properties === undefined ? {} : { properties }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    const origin = { method: "POST", path: "/rest/api/3/search/jql", write: false };
    const { issues, nextPageToken: next, isLast } = readAnswer(tokenSearchAnswer, answer, origin);
    return { items: issues, next: isLast === true ? null : next };
  });
}
