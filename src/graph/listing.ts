/** Reading what lies in a folder: delta rounds and listings. */

import { isoTime } from "../core/clock.ts";
import { SchemaError } from "../core/errors.ts";
import type { Folder } from "../core/mail.ts";
import type { AcceptedMessage } from "../core/state_port.ts";
import { type ListedMessage, type MessagePage, messagePage } from "./answers.ts";
import type { GraphCaller } from "./caller.ts";
import type { DeltaPage } from "./client.ts";
import { folderPath, isServiceLink } from "./paths.ts";

/** A page as a listing gives it. */
export interface ListPage {
  readonly messages: readonly AcceptedMessage[];
  readonly nextLink: string | null;
}

const SELECT = "receivedDateTime,conversationId,internetMessageId";
const PAGE_SIZE = 100;
/** A listing in place of a delta looks back so far: mail may appear later than its time of receipt says. */
const OVERLAP_MS = 60 * 60 * 1000;

/** A page of the folder's unfiltered delta: a filter would be baked into the link and end at 5,000 messages. */
export async function readDelta(
  caller: GraphCaller,
  mailbox: string,
  folder: Folder,
  link: string | null,
  signal?: AbortSignal,
): Promise<DeltaPage> {
  if (!offersDelta(caller.origin)) return await readListingAsDelta(caller, mailbox, folder, link, signal);
  const path = `${folderPath(mailbox, folder)}/messages/delta`;
  const page = await caller.json({
    mailbox,
    path,
    link,
    query: { changeType: "created", $select: SELECT },
    prefer: `odata.maxpagesize=${PAGE_SIZE}`,
    signal,
  }, messagePage);
  const nextLink = linkIn(page, "@odata.nextLink", caller, path);
  const deltaLink = linkIn(page, "@odata.deltaLink", caller, path);
  if ((nextLink === null) === (deltaLink === null)) {
    throw new SchemaError("graph", `/v1.0${path}`, "expected either a nextLink or a deltaLink");
  }
  return { messages: acceptedFrom(page, caller), nextLink, deltaLink };
}

/** A page of everything received since then, newest first. */
export async function readListing(
  caller: GraphCaller,
  mailbox: string,
  folder: Folder,
  since: string,
  link: string | null,
  signal?: AbortSignal,
): Promise<ListPage> {
  const path = `${folderPath(mailbox, folder)}/messages`;
  const query = listingQuery(since, "desc");
  const page = await caller.json({ mailbox, path, link, query, signal }, messagePage);
  return { messages: acceptedFrom(page, caller), nextLink: linkIn(page, "@odata.nextLink", caller, path) };
}

/** `$orderby` wants its property in `$filter`, too, else 400 `InefficientFilter`. */
function listingQuery(since: string, order: "asc" | "desc"): Record<string, string> {
  return {
    $filter: `receivedDateTime ge ${since.replace(/\.\d+Z$/, "Z")}`,
    $orderby: `receivedDateTime ${order}`,
    $select: SELECT,
    $top: String(PAGE_SIZE),
  };
}

/** 21Vianet has no delta for mail. */
function offersDelta(origin: string): boolean {
  return !new URL(origin).hostname.endsWith(".chinacloudapi.cn");
}

/** The same contract with listings, oldest first; the "delta link" lists again from an hour before the newest mail. */
async function readListingAsDelta(
  caller: GraphCaller,
  mailbox: string,
  folder: Folder,
  link: string | null,
  signal?: AbortSignal,
): Promise<DeltaPage> {
  const path = `${folderPath(mailbox, folder)}/messages`;
  const query = listingQuery(isoTime(0), "asc");
  const page = await caller.json({ mailbox, path, link, query, signal }, messagePage);
  const messages = acceptedFrom(page, caller);
  const nextLink = linkIn(page, "@odata.nextLink", caller, path);
  if (nextLink !== null) return { messages, nextLink, deltaLink: null };
  const newest = messages.at(-1)?.receivedAt;
  if (newest === undefined && link !== null) return { messages, nextLink: null, deltaLink: link };
  const since = isoTime(Math.max(0, Date.parse(newest ?? isoTime(0)) - OVERLAP_MS));
  const url = new URL(`${caller.origin}/v1.0${path}`);
  for (const [name, value] of Object.entries(listingQuery(since, "asc"))) url.searchParams.set(name, value);
  return { messages, nextLink: null, deltaLink: url.href };
}

/** Checked before anybody keeps it. */
function linkIn(
  page: MessagePage,
  name: "@odata.nextLink" | "@odata.deltaLink",
  caller: GraphCaller,
  path: string,
): string | null {
  const link = page[name] ?? null;
  if (link === null || isServiceLink(link, caller.origin)) return link;
  throw new SchemaError("graph", `/v1.0${path}`, `the ${name.slice(7)} in it leads elsewhere than O365_GRAPH_URL`);
}

function acceptedFrom(page: MessagePage, caller: GraphCaller): AcceptedMessage[] {
  return page.value.filter((listed) => listed["@removed"] === undefined).map((listed) => accepted(listed, caller));
}

/** Without a time of receipt it counts as received now; the message itself is asked again before it is decided. */
function accepted(listed: ListedMessage, caller: GraphCaller): AcceptedMessage {
  const received = Date.parse(listed.receivedDateTime ?? "");
  return {
    id: listed.id,
    receivedAt: isoTime(Number.isNaN(received) ? caller.serverNow() ?? Date.now() : received),
    conversationId: listed.conversationId ?? null,
    internetMessageId: listed.internetMessageId ?? null,
  };
}
