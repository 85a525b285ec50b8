/** jira.js' endpoint functions over our own transport: a request is data there. */

import type { Client, SendRequestOptions } from "jira.js/core";
import { isWrite, type JiraTransport } from "./transport.ts";

/** An answer of Cloud that jira.js' schema does not describe: where, never what. */
export type MismatchReport = (endpoint: string, paths: readonly string[]) => void;

export interface JiraJsOptions {
  readonly signal?: AbortSignal | undefined;
  /** The issue that is written to, for the pace. */
  readonly issue?: string;
  /** A POST that only reads. */
  readonly reads?: boolean;
  readonly onMismatch?: MismatchReport | undefined;
}

/**
 * A client for one call. Answers are checked with jira.js' schema but handed on as they are when they differ: the
 * specification falls behind the service, and what we need of them is checked by `answers.ts`.
 */
export function jiraJsClient(transport: JiraTransport, options: JiraJsOptions = {}): Client {
  return {
    async sendRequest<T>(sent: SendRequestOptions<T>): Promise<T> {
      const method = methodOf(sent.method);
      const { issue, signal, reads = false } = options;
      const request = {
        method,
        path: sent.url,
        ...(sent.searchParams === undefined ? {} : { query: sent.searchParams }),
        ...(sent.body === undefined ? {} : { body: sent.body }),
        ...(issue !== undefined && isWrite({ method, reads }) ? { issue } : {}),
        reads,
        signal,
      };
      // Endpoints without a schema answer 201 or 204 and nothing.
      if (sent.schema === undefined) {
        await transport.send(request);
        return undefined as T;
      }
      const value = await transport.json(request);
      const result = sent.schema.safeParse(value);
      if (result.success) return result.data;
      const paths = result.error.issues.map((issue) => issue.path.join("."));
      options.onMismatch?.(`${method} ${sent.url}`, [...new Set(paths)]);
      return value as T;
    },
  };
}

function methodOf(method = "GET"): "GET" | "POST" | "PUT" | "DELETE" {
  switch (method) {
    case "GET":
    case "POST":
    case "PUT":
    case "DELETE":
      return method;
    default:
      throw new TypeError(`Cannot ask Jira with ${method}`);
  }
}
