/** One issue as a person sees it: its text, files and comments, and beside them who and what. */

import { escapeHtml } from "../../../core/html.ts";
import { richTextToHtml } from "../../../jira_text/rich_text.ts";
import type { Face } from "../call.ts";
import type { SimAttachment, SimComment, SimIssue, SimUser } from "../types.ts";
import { updatedAt } from "../types.ts";
import { PageWriter } from "./page_writer.ts";
import { lozenge, nameOf, priority, time } from "./pages.ts";

/** `root`: path before every link. */
export function issuePage(face: Face, issue: SimIssue, root: string): string {
  const writer = new PageWriter({
    attachments: issue.attachments,
    picture: (attachment) => fileUrl(root, attachment),
    userName: (id) => face.store.user(id)?.displayName ?? null,
  });
  const type = face.store.issueType(issue).name;
  return `<div class="crumbs"><a href="${root}/_sim/">Issues</a> / ${escapeHtml(issue.projectKey)} / ${
    escapeHtml(type)
  } / ${escapeHtml(issue.key)}</div>
<h1 class="title">${escapeHtml(issue.summary)}</h1>
<div class="issue"><div>
<h2 class="section" style="margin-top:0">Description</h2>
<div class="text">${
    issue.description === null ? `<p class="empty">No description.</p>` : richTextToHtml(issue.description, writer)
  }</div>
${attachments(issue, root)}
${links(face, issue, root)}
${
    section(
      "Comments",
      issue.comments.length,
      issue.comments.map((comment) => commentHtml(face, comment, writer)).join(""),
    )
  }
</div>
${details(face, issue)}
</div>`;
}

function fileUrl(root: string, { id, filename }: SimAttachment): string {
  return `${root}/_sim/attachment/${id}/${encodeURIComponent(filename)}`;
}

function section(title: string, count: number, inner: string): string {
  return count === 0 ? "" : `<h2 class="section">${title} <span class="count">(${count})</span></h2>${inner}`;
}

function attachments(issue: SimIssue, root: string): string {
  const cards = issue.attachments.map((attachment) => {
    const url = escapeHtml(fileUrl(root, attachment));
    const extension = attachment.filename.split(".").at(-1)!.slice(0, 5).toUpperCase();
    const shown = attachment.mimeType.startsWith("image/") && attachment.mimeType !== "image/svg+xml";
    const thumb = shown ? `<img src="${url}" alt="" loading="lazy">` : escapeHtml(extension);
    return `<figure><a class="thumb" href="${url}">${thumb}</a><figcaption><a href="${url}">${
      escapeHtml(attachment.filename)
    }</a>` +
      `<span>${size(attachment.bytes.length)}, ${escapeHtml(attachment.mimeType)}</span></figcaption></figure>`;
  });
  return section("Attachments", cards.length, `<div class="files">${cards.join("")}</div>`);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function links(face: Face, issue: SimIssue, root: string): string {
  const rows = face.store.links.filter((link) => link.inward === issue.id || link.outward === issue.id).map((link) => {
    const type = face.store.linkTypes.find(({ name }) => name === link.type);
    const outward = link.outward === issue.id;
    const other = face.store.issue(outward ? link.inward : link.outward);
    if (other === null || type === undefined) return "";
    const href = `${root}/browse/${encodeURIComponent(other.key)}`;
    return `<li>${escapeHtml(outward ? type.outward : type.inward)} <a href="${href}">${escapeHtml(other.key)}</a> ${
      escapeHtml(other.summary)
    }</li>`;
  });
  return section("Linked issues", rows.length, `<ul>${rows.join("")}</ul>`);
}

function commentHtml(face: Face, comment: SimComment, writer: PageWriter): string {
  const author = face.store.user(comment.author);
  const internal = !face.store.isPublic(comment);
  const restriction = comment.visibility === null ? "" : ` · only ${escapeHtml(comment.visibility.value)}`;
  const edited = comment.updated > comment.created ? " · edited" : "";
  return `<article class="comment${internal ? " internal" : ""}" id="comment-${comment.id}">${avatar(author)}<div>` +
    `<div class="by"><strong>${escapeHtml(nameOf(author))}</strong>${time(comment.created)}${edited}${
      internal ? " · internal note" : ""
    }${restriction}</div>` +
    `<div class="text">${richTextToHtml(comment.body, writer)}</div></div></article>`;
}

function avatar(user: SimUser | null): string {
  const name = nameOf(user);
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const shade = [...name].reduce((sum, char) => sum + char.codePointAt(0)!, 0) % 6;
  return `<span class="avatar a${shade}">${escapeHtml(initials)}</span>`;
}

function person(user: SimUser | null): string {
  return user === null
    ? "Anonymous"
    : `<span class="person">${avatar(user)}<span>${escapeHtml(user.displayName)}</span></span>`;
}

function details(face: Face, issue: SimIssue): string {
  const status = face.store.status(issue);
  const watchers = [...issue.watchers].map((id) => person(face.store.user(id))).join("");
  const rows: [string, string][] = [
    [
      "Status",
      lozenge(status.name, status.category) + (issue.resolution === null ? "" : ` ${escapeHtml(issue.resolution)}`),
    ],
    ["Reporter", person(face.store.user(issue.reporter))],
    ["Assignee", issue.assignee === null ? "Unassigned" : person(face.store.user(issue.assignee))],
    ["Priority", priority(face, issue)],
    [
      "Labels",
      issue.labels.length === 0
        ? "None"
        : issue.labels.map((label) => `<span class="label">${escapeHtml(label)}</span>`).join(""),
    ],
    ["Watchers", watchers === "" ? "None" : `<span class="people">${watchers}</span>`],
    ["Created by", person(face.store.user(issue.creator))],
    ["Created", time(issue.created)],
    ["Updated", time(updatedAt(issue))],
    ...(issue.resolved === null ? [] : [["Resolved", time(issue.resolved)] as [string, string]]),
  ];
  const list = rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("");
  return `<aside><h2>Details</h2><dl>${list}</dl>${folded("Other fields", issue.fields)}${
    folded("Entity properties", issue.properties)
  }</aside>`;
}

function folded(title: string, values: ReadonlyMap<string, unknown>): string {
  if (values.size === 0) return "";
  return `<details><summary>${title}</summary><pre>${
    escapeHtml(JSON.stringify(Object.fromEntries(values), null, 2))
  }</pre></details>`;
}
