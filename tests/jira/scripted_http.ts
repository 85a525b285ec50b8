/** A transport that answers by a function of the request and keeps what was asked: for what no simulator would send. */

import type { Http, HttpAnswer, HttpRequest } from "../../src/core/http_port.ts";

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

export interface ScriptedHttp extends Http {
  /** Bodies as texts. */
  readonly asked: HttpRequest[];
  /** `GET /path?query`, in order. */
  lines(): string[];
}

export function scriptedHttp(answer: (line: string, request: HttpRequest) => ScriptedAnswer): ScriptedHttp {
  const asked: HttpRequest[] = [];
  return {
    asked,
    lines: () => asked.map(lineOf),
    async send(request) {
      const { body } = request;
      const read = body instanceof ReadableStream ? { ...request, body: await new Response(body).text() } : request;
      asked.push(read);
      return toAnswer(answer(lineOf(read), read), read);
    },
    close() {},
  };
}

function lineOf({ method, url }: HttpRequest): string {
  const { pathname, search } = new URL(url);
  return `${method} ${pathname}${search}`;
}

function toAnswer({ status = 200, headers = {}, body = "" }: ScriptedAnswer, request: HttpRequest): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? {} : { "content-type": "application/json;charset=UTF-8" };
  const stream = request.read === "stream";
  return {
    status,
    headers: new Headers({ ...type, ...headers }),
    text: stream ? "" : text,
    stream: stream ? new Response(text).body : null,
  };
}
