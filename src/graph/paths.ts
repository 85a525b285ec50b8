/** Paths below `/v1.0`, and the links that Graph hands out. */

import { SchemaError } from "../core/errors.ts";

/** Always by address, never `/me`: the same for app-only and delegated tokens. */
export function userPath(mailbox: string): string {
  return `/users/${segment(mailbox.trim())}`;
}

export function messagePath(mailbox: string, id: string): string {
  return `${userPath(mailbox)}/messages/${segment(id)}`;
}

/** `folder`: a well-known name (`inbox`, `sentitems`, `drafts`) or an id. */
export function folderPath(mailbox: string, folder: string): string {
  return `${userPath(mailbox)}/mailFolders/${segment(folder)}`;
}

export function attachmentPath(mailbox: string, messageId: string, attachmentId: string): string {
  return `${messagePath(mailbox, messageId)}/attachments/${segment(attachmentId)}`;
}

/** `@` and `=` may stand in a path as they are. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll("%40", "@").replaceAll("%3D", "=");
}

/** A text in quotes for `$filter`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A link that we were handed and that is not of this service; one kept from other days and another configuration. */
export class ForeignLinkError extends SchemaError {}

/** A link is opaque, but the token is sent with it: it must stay on our host and version. */
export function isServiceLink(link: string, origin: string): boolean {
  const url = URL.canParse(link) ? new URL(link) : null;
  return url?.origin === origin && url.pathname.startsWith("/v1.0/");
}

/** The link as it is. Throws {@link ForeignLinkError}. */
export function serviceLink(link: string, origin: string, path: string): string {
  if (isServiceLink(link, origin)) return link;
  throw new ForeignLinkError("graph", path, "its link leads elsewhere than O365_GRAPH_URL");
}
