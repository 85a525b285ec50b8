/** A listing across all folders of a mailbox, with what a rebuild of the state needs of each message. */

import { isoTime } from "../core/clock.ts";
import { SchemaError } from "../core/errors.ts";
import { type SightedMessage, sightedPage } from "./answers.ts";
import type { GraphCaller } from "./caller.ts";
import { MARKER_PROPERTY } from "./client.ts";
import type { Sighted } from "./graph.ts";
import { addressesFrom } from "./messages.ts";
import { isServiceLink, userPath } from "./paths.ts";

const SELECT = "receivedDateTime,sentDateTime,conversationId,internetMessageId,isDraft,from,toRecipients,ccRecipients";
const PAGE_SIZE = 100;

/** `GET /users/{id}/messages` is documented to go through the whole mailbox, Deleted Items included. */
export async function readEverything(
  caller: GraphCaller,
  mailbox: string,
  since: string,
  link: string | null,
  signal?: AbortSignal,
): Promise<{ messages: readonly Sighted[]; nextLink: string | null }> {
  const path = `${userPath(mailbox)}/messages`;
  const query = {
    $filter: `receivedDateTime ge ${since.replace(/\.\d+Z$/, "Z")}`,
    $orderby: "receivedDateTime desc",
    $select: SELECT,
    $expand: `singleValueExtendedProperties($filter=id eq '${MARKER_PROPERTY}')`,
    $top: String(PAGE_SIZE),
  };
  const page = await caller.json({ mailbox, path, link, query, signal }, sightedPage);
  const nextLink = page["@odata.nextLink"] ?? null;
  if (nextLink !== null && !isServiceLink(nextLink, caller.origin)) {
    throw new SchemaError("graph", `/v1.0${path}`, "the nextLink in it leads elsewhere than O365_GRAPH_URL");
  }
  return { messages: page.value.map((message) => sighted(message, caller)), nextLink };
}

function sighted(message: SightedMessage, caller: GraphCaller): Sighted {
  const property = message.singleValueExtendedProperties?.find(({ id }) =>
    id.toLowerCase() === MARKER_PROPERTY.toLowerCase()
  );
  return {
    id: message.id,
    receivedAt: timeOf(message.receivedDateTime) ?? isoTime(caller.serverNow() ?? Date.now()),
    sentAt: timeOf(message.sentDateTime),
    conversationId: message.conversationId ?? null,
    internetMessageId: message.internetMessageId?.trim() || null,
    isDraft: message.isDraft ?? false,
    from: addressesFrom([message.from])[0] ?? null,
    to: addressesFrom(message.toRecipients),
    cc: addressesFrom(message.ccRecipients),
    marker: property?.value ?? null,
  };
}

function timeOf(text: string | null | undefined): string | null {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? null : isoTime(ms);
}
