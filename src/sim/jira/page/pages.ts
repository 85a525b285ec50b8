/** What a person sees at the simulator's address: the list of issues, and one page per issue. For loopback only; no login, no script. */

import { escapeHtml } from "../../../core/html.ts";
import type { SimAnswer, SimRequest } from "../../kit/server.ts";
import type { Face } from "../call.ts";
import type { SimAttachment, SimIssue, SimUser } from "../types.ts";
import { updatedAt } from "../types.ts";
import { issuePage } from "./issue_page.ts";
import { STYLE } from "./style.ts";

/** Pictures that a browser may show in place; everything else (SVG too) is a download. */
const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"]);

const SECURITY = {
  "content-security-policy":
    "default-src 'none'; img-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** `prefix`: the context path. Only a `Host` of loopback is answered: other pages of a browser cannot name it otherwise. */
export function browserPage(face: Face, request: SimRequest, prefix: string): SimAnswer {
  const host = request.headers.get("host") ?? "";
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host)) return text(403, "This page is for this machine only.");
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "Only GET.");
  const segments = request.path.slice(prefix.length).split("/").filter((segment) => segment !== "");
  if (segments.length === 0 || (segments[0] === "_sim" && segments.length === 1)) {
    return html(listPage(face, linkRoot(face)));
  }
  if (segments[0] === "browse" || (segments[0] === "_sim" && segments[1] === "issue")) {
    const issue = face.store.issue(segments.at(-1)!);
    return issue === null ? notFound(face) : html(page(face, issue.key, issuePage(face, issue, linkRoot(face))));
  }
  if (segments[0] === "_sim" && segments[1] === "style.css") {
    return { status: 200, headers: { ...SECURITY, "content-type": "text/css;charset=UTF-8" }, body: STYLE };
  }
  const file = segments[0] === "_sim" && segments[1] === "attachment" ? face.store.attachment(segments[2] ?? "") : null;
  return file === null ? notFound(face) : fileAnswer(file.attachment);
}

/** Path before every link of the pages. */
function linkRoot(face: Face): string {
  return new URL(face.url).pathname.replace(/\/$/, "");
}

function text(status: number, body: string): SimAnswer {
  return { status, headers: { ...SECURITY, "content-type": "text/plain;charset=UTF-8" }, body };
}

function html(body: string, status = 200): SimAnswer {
  return { status, headers: { ...SECURITY, "content-type": "text/html;charset=UTF-8" }, body };
}

function notFound(face: Face): SimAnswer {
  return html(
    page(
      face,
      "Not found",
      `<p class="empty">There is nothing here. <a href="${linkRoot(face)}/_sim/">All issues</a></p>`,
    ),
    404,
  );
}

function fileAnswer(attachment: SimAttachment): SimAnswer {
  const shown = SHOWN.has(attachment.mimeType.toLowerCase());
  const name = encodeURIComponent(attachment.filename).replaceAll("'", "%27");
  return {
    status: 200,
    headers: {
      ...SECURITY,
      "content-type": shown ? attachment.mimeType : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
    },
    body: attachment.bytes,
  };
}

function page(face: Face, title: string, main: string): string {
  const root = linkRoot(face);
  const name = face.kind === "cloud" ? "Jira Cloud" : "Jira Data Center";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - simulated Jira</title>
<link rel="stylesheet" href="${root}/_sim/style.css">
</head>
<body>
<header class="bar"><a class="logo" href="${root}/_sim/"><i></i>${name}</a><span class="where">simulated on this machine</span></header>
<main>${main}</main>
</body>
</html>
`;
}

function listPage(face: Face, root: string): string {
  const issues = face.store.issues().sort((a, b) => updatedAt(b) - updatedAt(a) || Number(b.id) - Number(a.id));
  const rows = issues.map((issue) => listRow(face, issue, root)).join("");
  const head =
    "<tr><th>Key</th><th>Summary</th><th>Status</th><th>Priority</th><th>Reporter</th><th>Comments</th><th>Files</th><th>Updated</th></tr>";
  const table = issues.length === 0
    ? `<p class="empty">No issues yet.</p>`
    : `<table class="list"><thead>${head}</thead><tbody>${rows}</tbody></table>`;
  return page(
    face,
    "Issues",
    `<div class="crumbs">Projects: ${face.store.projects.map(({ key }) => escapeHtml(key)).join(", ")}</div>
<h1 class="title">Issues</h1>${table}`,
  );
}

function listRow(face: Face, issue: SimIssue, root: string): string {
  const status = face.store.status(issue);
  const href = `${root}/browse/${encodeURIComponent(issue.key)}`;
  return `<tr><td class="nowrap"><a href="${href}">${escapeHtml(issue.key)}</a></td>` +
    `<td class="summary"><a href="${href}">${escapeHtml(issue.summary)}</a></td>` +
    `<td>${lozenge(status.name, status.category)}</td><td class="nowrap">${priority(face, issue)}</td>` +
    `<td class="nowrap">${escapeHtml(nameOf(face.store.user(issue.reporter)))}</td>` +
    `<td>${issue.comments.length}</td><td>${issue.attachments.length}</td><td class="nowrap">${
      time(updatedAt(issue))
    }</td></tr>`;
}

export function nameOf(user: SimUser | null): string {
  return user?.displayName ?? "Anonymous";
}

export function lozenge(name: string, category: string): string {
  return `<span class="lozenge ${escapeHtml(category)}">${escapeHtml(name)}</span>`;
}

export function priority(face: Face, issue: SimIssue): string {
  if (issue.priority === null) return "None";
  const { priorities } = face.store;
  const place = priorities.indexOf(issue.priority) - Math.floor(priorities.length / 2);
  const [kind, arrow] = place < 0 ? ["up", "▲"] : place > 0 ? ["down", "▼"] : ["mid", "■"];
  return `<span class="priority ${kind}">${arrow}</span> ${escapeHtml(issue.priority)}`;
}

export function time(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
}
