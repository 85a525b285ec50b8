/** What every answer carries. */

import type { Refusal } from "./guard.ts";
import { type Html, html } from "./html.ts";
import { type Frame, page } from "./layout.ts";

/** Nothing from elsewhere, nothing inside the page that runs, no frame, no form to elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const ALWAYS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Not "no-referrer": with it a browser sends `Origin: null` with our own forms.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // `no-transform`: a compressed answer tells its secrets by its length.
  "cache-control": "no-store, no-transform",
};

export function answer(
  body: string,
  type: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...ALWAYS, "content-type": type, ...headers } });
}

export function htmlAnswer(title: string, body: Html, frame: Frame, status = 200): Response {
  return answer(page(title, body, frame), "text/html; charset=utf-8", status);
}

export function jsonAnswer(value: unknown, status = 200): Response {
  return answer(`${JSON.stringify(value)}\n`, "application/json", status);
}

/** To another of our pages, with GET. */
export function goTo(path: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 303, headers: { ...ALWAYS, location: path, ...headers } });
}

/** Words for a script; a page for a browser. */
export function refused({ status, why }: Refusal, frame: Frame | null): Response {
  const headers: Record<string, string> = status === 405
    ? { allow: "GET, HEAD, POST" }
    : status === 401
    ? { "www-authenticate": 'Bearer realm="o365-connect"' }
    : {};
  if (frame === null) return answer(`${why}\n`, "text/plain; charset=utf-8", status, headers);
  const body = html`
    <h1>${TITLES[status] ?? "Refused"}</h1>
    <p class="empty">${why}</p>
  `;
  return answer(page(TITLES[status] ?? "Refused", body, frame), "text/html; charset=utf-8", status, headers);
}

const TITLES: Readonly<Record<number, string>> = {
  404: "No such page",
  500: "This did not work",
  503: "Not ready",
};
