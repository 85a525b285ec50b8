/** What a new issue may and must have, by both generations of Server's `createmeta`. */

import { aggregateMetaAnswer, fieldsAnswer, issueTypesAnswer, readAnswer } from "./answers.ts";
import type { CreateField } from "./client.ts";
import { toCreateField } from "./nouns.ts";
import { allPages } from "./paging.ts";
import type { JiraTransport } from "./transport.ts";

type Version = readonly number[];

const CREATEMETA = "/rest/api/2/issue/createmeta";
const PAGE = 100;

export async function issueTypes(
  transport: JiraTransport,
  version: Version,
  project: string,
  signal?: AbortSignal,
): Promise<{ id: string; name: string }[]> {
  if (!isPaged(version)) return (await aggregate(transport, project, signal)).map(({ id, name }) => ({ id, name }));
  const path = `${CREATEMETA}/${project}/issuetypes`;
  return await allPages(async (startAt) => {
    const answer = await transport.json({ method: "GET", path, query: { startAt, maxResults: PAGE }, signal });
    const page = readAnswer(issueTypesAnswer, answer, { method: "GET", path, write: false });
    return { ...page, items: page.values ?? [] };
  });
}

export async function createFields(
  transport: JiraTransport,
  version: Version,
  project: string,
  issueTypeId: string,
  signal?: AbortSignal,
): Promise<CreateField[]> {
  if (!isPaged(version)) {
    const type = (await aggregate(transport, project, signal)).find(({ id }) => id === issueTypeId);
    return Object.entries(type?.fields ?? {}).map(([id, field]) => toCreateField(field, id));
  }
  const path = `${CREATEMETA}/${project}/issuetypes/${issueTypeId}`;
  const fields = await allPages(async (startAt) => {
    const answer = await transport.json({ method: "GET", path, query: { startAt, maxResults: PAGE }, signal });
    const page = readAnswer(fieldsAnswer, answer, { method: "GET", path, write: false });
    return { ...page, items: page.values ?? [] };
  });
  return fields.map((field) => toCreateField(field, field.fieldId ?? field.key ?? ""));
}

/** Since 8.4 in pages; 9.0 has nothing else (jira-dc.md §4). */
function isPaged([major, minor = 0]: Version): boolean {
  return major === undefined || major > 8 || major === 8 && minor >= 4;
}

async function aggregate(transport: JiraTransport, project: string, signal?: AbortSignal) {
  const query = { projectKeys: project, expand: "projects.issuetypes.fields" };
  const answer = await transport.json({ method: "GET", path: CREATEMETA, query, signal });
  const { projects } = readAnswer(aggregateMetaAnswer, answer, { method: "GET", path: CREATEMETA, write: false });
  return projects[0]?.issuetypes ?? [];
}
