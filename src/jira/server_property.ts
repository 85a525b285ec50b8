/** Our idempotency key on issues of Server: given in the create call, unless this Server drops it there. */

import { HttpError, NetworkError, SchemaError } from "../core/errors.ts";
import { nullIfAbsent } from "./absent.ts";
import { propertyAnswer, readAnswer } from "./answers.ts";
import { PROPERTY_KEY } from "./client.ts";
import { idempotencyKeyOf } from "./nouns.ts";
import { issueSegment } from "./paths.ts";
import type { JiraTransport } from "./transport.ts";

/** The key that the issue carries, read from the database; `null` if none, or if the issue may not be seen. */
export async function keyOfIssue(
  transport: JiraTransport,
  issueId: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const path = propertyPath(issueId);
  const answer = await nullIfAbsent(transport.json({ method: "GET", path, signal }), [401, 403, 404]);
  if (answer === null) return null;
  return idempotencyKeyOf(readAnswer(propertyAnswer, answer, { method: "GET", path, write: false }).value);
}

/**
 * Looks once per run whether the property of a new issue was kept: a Server that does not know `properties` in a create
 * call ignores it in silence. From then on such a Server gets the property in a request of its own.
 */
export class IssueKeyProperty {
  #kept: Promise<boolean> | null = null;

  constructor(private readonly transport: JiraTransport) {}

  /** Never fails: the issue exists, and its receipt must not be lost for a property that only a crash would need. */
  async ensure(issueId: string, idempotencyKey: string, signal?: AbortSignal): Promise<void> {
    try {
      if (await this.#keeps(issueId, signal)) return;
      const path = propertyPath(issueId);
      await this.transport.send({ method: "PUT", path, issue: issueId, body: { key: idempotencyKey }, signal });
    } catch (error) {
      if (error instanceof HttpError || error instanceof NetworkError || error instanceof SchemaError) return;
      throw error;
    }
  }

  /** Asked once, of the first issue, for all that are created meanwhile; a failed question is forgotten. */
  async #keeps(issueId: string, signal?: AbortSignal): Promise<boolean> {
    const asked = this.#kept ?? keyOfIssue(this.transport, issueId, signal).then((key) => key !== null);
    this.#kept = asked;
    try {
      return await asked;
    } catch (error) {
      if (this.#kept === asked) this.#kept = null;
      throw error;
    }
  }
}

function propertyPath(issueId: string): string {
  return `/rest/api/2/issue/${issueSegment(issueId)}/properties/${PROPERTY_KEY}`;
}
