/** The frame of every page. */

import { VERSION } from "../version.ts";
import { Html, html } from "./html.ts";
import type { Session } from "./sessions.ts";

export interface Frame {
  /** `null`: nobody is logged in; nothing of a mail is shown then. */
  readonly session: Session | null;
  readonly path: string;
  /** The last change in words, told once. */
  readonly notice?: string | null;
  /** Failed mail; `null` where it is not known. */
  readonly failed?: number | null;
  /** The page is renewed by itself. */
  readonly live?: boolean;
}

export function page(title: string, body: Html, { session, path, notice = null, failed = null, live }: Frame): string {
  const link = (to: string, text: string, badge: Html | null = null) =>
    html`
      <a href="${to}" ${path === to ? CURRENT : null}>${text}${badge}</a>
    `;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title} – o365-connect</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
      </head>
      <body>
        <header>
          <div class="bar">
    <a class="name" href="/"><img src="/icon.svg" alt="" width="22" height="22">o365-connect</a>
    <nav aria-label="Pages">
    ${link("/", "Overview")}
    ${link("/history", "History")}
    ${link("/failed", "Failed", failed === null || failed === 0 ? null : html`<span class="count">${failed}</span>`)}
    </nav>
    ${session === null
      ? path === "/login" ? null : html`<a class="button" href="/login">Log in</a>`
      : html`<form method="post" action="/logout">${csrfField(session)}<button>Log out</button></form>`}
          </div>
        </header>
        <main${live === true ? LIVE : null}>
    ${notice === null ? null : html`<p class="notice" role="status">${notice}</p>`}
    ${body}
    </main>
    <footer><span>o365-connect ${VERSION}</span><span id="renewed" aria-live="off"></span></footer>
    </body>
    </html>
  `.text.trimStart();
}

const CURRENT = new Html(' aria-current="page"');
const LIVE = new Html(" data-live");

export function csrfField({ csrf }: Session): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}

/** UTC for whoever has no script; the script shows the browser's own time. */
export function time(iso: string | null): Html {
  if (iso === null) return html`<span class="faint">never</span>`;
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** `3 minutes ago`. */
export function ago(seconds: number | null): string {
  if (seconds === null) return "never";
  const [length, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, "second"] as const;
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

const UNITS = [[86_400, "day"], [3_600, "hour"], [60, "minute"]] as const;

export function number(value: number): string {
  return value.toLocaleString("en-US");
}
