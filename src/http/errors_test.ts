import assert from "node:assert/strict";
import { type Destination, HttpError, NetworkError, SchemaError } from "../core/errors.ts";
import type { HttpAnswer } from "../core/http_port.ts";
import { ensureSuccess, httpErrorFrom, jsonOf } from "./errors.ts";

const AUTHORIZATION = { Authorization: "Bearer secret" };

function answerOf(status: number, body: unknown = "", headers: Record<string, string> = {}): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: new Headers(headers), text, stream: null };
}

function errorOf(destination: Destination, answer: HttpAnswer, headers: Record<string, string> = AUTHORIZATION) {
  return httpErrorFrom({ destination, method: "POST", url: "https://h.example.com/a/b?token=1", headers }, answer, 0);
}

Deno.test("httpErrorFrom() reads Graph's envelope", () => {
  const error = errorOf(
    "graph",
    answerOf(404, {
      error: {
        code: "ErrorItemNotFound",
        message: "The specified\r\nobject was not found.",
        innererror: { "request-id": "r1" },
      },
    }),
  );
  assert.equal(
    error.message,
    "POST /a/b on Microsoft Graph: answered 404 (ErrorItemNotFound The specified object was not found.)",
  );
  assert.equal(error.requestId, "r1");
  assert.equal(error.credentialsRefused, false);
});

Deno.test("httpErrorFrom() reads Jira's collections, with and without errors", () => {
  const error = errorOf("jira", answerOf(400, { errorMessages: ["General"], errors: { reporter: "Cannot be set." } }));
  assert.equal(error.vendorMessage, "General · reporter: Cannot be set.");
  assert.deepEqual(error.fieldErrors, { reporter: "Cannot be set." });
  assert.equal(
    errorOf("jira", answerOf(400, { errorMessages: ["Unexpected character"] })).vendorMessage,
    "Unexpected character",
  );
  assert.equal(errorOf("jira", answerOf(404, { errorMessage: "No such request" })).vendorMessage, "No such request");
  assert.equal(errorOf("jira", answerOf(403, { message: "Off", "status-code": 403 })).vendorMessage, "Off");
});

Deno.test("httpErrorFrom() survives pages, plain text and nothing", () => {
  const page = "<!DOCTYPE html><html><head><title>413 Request Entity Too Large</title></head><body>x</body></html>";
  assert.equal(errorOf("jira", answerOf(413, page)).vendorMessage, "413 Request Entity Too Large");
  assert.equal(
    errorOf("jira", answerOf(403, "<html><body><h1>XSRF check <b>failed</b></h1></body></html>")).vendorMessage,
    "XSRF check failed",
  );
  assert.equal(errorOf("graph", answerOf(502, "Bad gateway")).vendorMessage, "Bad gateway");
  assert.equal(errorOf("graph", answerOf(500)).vendorMessage, "");
  assert.equal(errorOf("graph", answerOf(500, "[1]")).status, 500);
  assert.equal(errorOf("graph", answerOf(500, { error: null })).code, "");
});

Deno.test("httpErrorFrom() reads Entra ID's code and leaves its trace ids out", () => {
  const error = errorOf(
    "entra",
    answerOf(401, {
      error: "invalid_client",
      error_description: "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: t\r\nCorrelation ID: c",
      trace_id: "t",
    }),
  );
  assert.equal(error.code, "AADSTS7000215");
  assert.equal(error.vendorMessage, "Invalid client secret provided.");
});

Deno.test("httpErrorFrom() keeps words short and query strings out", () => {
  const error = errorOf(
    "graph",
    answerOf(400, { error: { code: "x", message: `See https://h/p?token=abc now ${"y".repeat(900)}` } }),
  );
  assert.ok(error.vendorMessage.startsWith("See https://h/p now yyy"));
  assert.ok(error.vendorMessage.length <= 300);
  assert.ok(!error.message.includes("token"));
});

Deno.test("httpErrorFrom() tells how long to wait", () => {
  assert.equal(errorOf("graph", answerOf(429, "", { "retry-after": "2.5" })).retryAfterMs, 2500);
  assert.equal(errorOf("graph", answerOf(500)).retryAfterMs, undefined);
});

Deno.test("Jira's signs of a refused credential are seen whatever the status", () => {
  const refused = (answer: HttpAnswer, headers?: Record<string, string>) =>
    errorOf("jira", answer, headers).credentialsRefused;
  assert.ok(
    refused(
      answerOf(401, "<html>Basic Authentication Failure</html>", { "x-seraph-loginreason": "AUTHENTICATED_FAILED" }),
    ),
  );
  assert.ok(refused(answerOf(403, "", { "x-seraph-loginreason": "AUTHENTICATION_DENIED" })));
  assert.ok(
    refused(
      answerOf(403, "", { "x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=https://h/login.jsp" }),
    ),
  );
  assert.ok(refused(answerOf(404, {}, { "x-ausername": "anonymous" })));
  assert.ok(refused(answerOf(302, "", { location: "https://h/login.jsp?os_destination=%2F" })));
  assert.ok(refused(answerOf(401)));
  assert.ok(!refused(answerOf(404, {}, { "x-ausername": "anonymous" }), {}), "nobody claimed to be somebody");
  assert.ok(!refused(answerOf(401, {}, { "x-ausername": "bot" })), "a watcher's 401 is about permissions");
  assert.ok(!refused(answerOf(401, {}, { "x-aaccountid": "5b10" })));
  assert.ok(!refused(answerOf(403, {})));
  assert.ok(!refused(answerOf(302, "", { location: "https://jira.example.com/jira/rest/api/2/issue" })));
});

Deno.test("a redirect names the new host and the variable to change", () => {
  const error = errorOf("jira", answerOf(301, "", { location: "https://new.example.com/rest?x=1" }));
  assert.match(error.remedy ?? "", /https:\/\/new\.example\.com\): set JIRA_PLATFORM_URL/);
});

Deno.test("Graph's 403 says what to grant, a 401 what to check, an unknown mailbox where it stands", () => {
  assert.match(errorOf("graph", answerOf(403, { error: { code: "ErrorAccessDenied" } })).message, /Mail\.ReadWrite/);
  assert.match(errorOf("graph", answerOf(404, { error: { code: "ErrorInvalidUser" } })).message, /O365_PRINCIPAL/);
  assert.ok(errorOf("graph", answerOf(401)).credentialsRefused);
});

Deno.test("ensureSuccess() takes a 2xx and refuses one that was given to a stranger", () => {
  const request = {
    destination: "jira",
    method: "GET",
    url: "https://h/rest/api/2/search",
    headers: AUTHORIZATION,
  } as const;
  ensureSuccess(request, answerOf(200, { total: 0 }, { "x-ausername": "bot" }), 0);
  ensureSuccess(request, answerOf(204, "", { "content-type": "text/html;charset=UTF-8" }), 0);
  for (
    const answer of [
      answerOf(200, { total: 0 }, { "x-ausername": "anonymous" }),
      answerOf(200, "<html><title>Log in</title></html>", { "content-type": "text/html" }),
      answerOf(404),
    ]
  ) {
    assert.throws(() => ensureSuccess(request, answer, 0), HttpError);
  }
});

Deno.test("jsonOf() tells an unreadable answer from one of the wrong shape", () => {
  assert.deepEqual(jsonOf(answerOf(200, { a: 1 }), "jira", "/p"), { a: 1 });
  const unreadable = (error: unknown) =>
    error instanceof NetworkError && error.reason === "reset" && error.method === "POST";
  assert.throws(() => jsonOf(answerOf(201, '{"id":'), "jira", "/p", "POST"), unreadable);
  assert.throws(() => jsonOf(answerOf(201, ""), "jira", "/p", "POST"), unreadable);
  assert.throws(() => jsonOf(answerOf(200, "null"), "graph", "/p"), SchemaError);
  assert.throws(() => jsonOf(answerOf(200, '"text"'), "graph", "/p"), SchemaError);
});
