/** Comments of an issue on Server, with their properties. */

import { commentsAnswer, readAnswer } from "./answers.ts";
import type { JiraComment } from "./client.ts";
import { millisecondsOf, toComment } from "./nouns.ts";
import { allPages } from "./paging.ts";
import type { JiraTransport } from "./transport.ts";

const PAGE = 100;

/** Newest first, created at or after `since`. Older Servers give all at once and `maxResults` = `total`. */
export async function serverComments(
  transport: JiraTransport,
  issueId: string,
  since: string,
  signal?: AbortSignal,
): Promise<JiraComment[]> {
  const from = millisecondsOf(since);
  const path = `/rest/api/2/issue/${issueId}/comment`;
  const listed = await allPages(async (startAt) => {
    const query = { startAt, maxResults: PAGE, orderBy: "-created", expand: "properties" };
    const answer = await transport.json({ method: "GET", path, query, signal });
    const { comments, total } = readAnswer(commentsAnswer, answer, { method: "GET", path, write: false });
    return { items: comments.map((comment) => toComment("server", comment)), total };
  }, (page) => isNewestFirst(page) && at(page.at(-1)!) < from);
  return [...new Map(listed.map((comment) => [comment.id, comment])).values()]
    .filter((comment) => at(comment) >= from)
    .sort((one, other) => at(other) - at(one) || Number(other.id) - Number(one.id));
}

function at({ createdAt }: JiraComment): number {
  return Date.parse(createdAt);
}

/** Whether the order was heeded: only then a late page holds nothing new. */
function isNewestFirst(page: readonly JiraComment[]): boolean {
  return page.every((comment, i) => i === 0 || at(comment) <= at(page[i - 1]!)) && at(page[0]!) > at(page.at(-1)!);
}
