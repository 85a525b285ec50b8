/** Comments of an issue with their properties: Cloud lists comments, but shows properties only by id. */

import { getComment, getComments, getCommentsByIds } from "jira.js/cloud";
import type { Client } from "jira.js/core";
import { nullIfAbsent } from "./absent.ts";
import { commentAnswer, commentListAnswer, commentsAnswer, readAnswer } from "./answers.ts";
import type { JiraComment } from "./client.ts";
import { millisecondsOf, toComment } from "./nouns.ts";
import { allPages } from "./paging.ts";

const PAGE = 100;
/** Where properties are refused, the comments are known without them. */
const PROPERTIES_REFUSED = [400, 403, 404, 405, 410];

/** Newest first, created at or after `since`. `lists` is a client whose POST only reads. */
export async function cloudComments(
  client: Client,
  lists: Client,
  issueId: string,
  since: string,
): Promise<JiraComment[]> {
  const from = millisecondsOf(since);
  const listed = await allPages(async (startAt) => {
    const answer = await getComments(client, {
      issueIdOrKey: issueId,
      startAt,
      maxResults: PAGE,
      orderBy: "-created",
    });
    const path = `/rest/api/3/issue/${issueId}/comment`;
    const { comments, total } = readAnswer(commentsAnswer, answer, { method: "GET", path, write: false });
    return { items: comments.map((comment) => toComment("cloud", comment)), total };
  }, (page) => page.some(({ createdAt }) => Date.parse(createdAt) < from));
  const recent = [...new Map(listed.map((comment) => [comment.id, comment])).values()]
    .filter(({ createdAt }) => Date.parse(createdAt) >= from);
  const detailed = new Map<string, JiraComment>();
  for (let i = 0; i < recent.length; i += PAGE) {
    const ids = recent.slice(i, i + PAGE).map(({ id }) => Number(id));
    for (const comment of await byIds(lists, ids)) detailed.set(comment.id, comment);
  }
  return recent.map((comment) => detailed.get(comment.id) ?? comment);
}

/** One comment, `null` if it is not there. The single one is shown without its properties, too. */
export async function cloudComment(
  client: Client,
  lists: Client,
  issueId: string,
  commentId: string,
): Promise<JiraComment | null> {
  const answer = await nullIfAbsent(getComment(client, { issueIdOrKey: issueId, id: commentId }), [404]);
  if (answer === null) return null;
  const path = `/rest/api/3/issue/${issueId}/comment/${commentId}`;
  const comment = toComment("cloud", readAnswer(commentAnswer, answer, { method: "GET", path, write: false }));
  return (await byIds(lists, [Number(commentId)])).find(({ id }) => id === commentId) ?? comment;
}

async function byIds(client: Client, ids: number[]): Promise<JiraComment[]> {
  const answer = await nullIfAbsent(getCommentsByIds(client, { ids, expand: "properties" }), PROPERTIES_REFUSED);
  if (answer === null) return [];
  const origin = { method: "POST", path: "/rest/api/3/comment/list", write: false };
  return readAnswer(commentListAnswer, answer, origin).values.map((comment) => toComment("cloud", comment));
}
