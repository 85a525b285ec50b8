/** `GET …/messages`: filtered, ordered, paged by `$skip` as Graph does. */

import type { SimAnswer } from "../kit/server.ts";
import { type Call, idFor, ok } from "./call.ts";
import { newDraft } from "./drafts.ts";
import { extendedPropertyId, extendedValue } from "./extended.ts";
import { badRequest } from "./faults.ts";
import { hasAttachments, messageJson } from "./message_json.ts";
import type { StoredMessage } from "./nouns.ts";
import { type Condition, type Filterable, meets } from "./odata_filter.ts";
import { type OrderBy, type Query, readQuery } from "./query.ts";

const DEFAULT_PAGE = 10;

/** `folderId` `null`: the whole mailbox. */
export async function listMessages(call: Call, folderId: string | null): Promise<SimAnswer> {
  const query = readQuery(call.request.query);
  await checkOptions(call, query);
  const all = folderId === null ? [...call.mailbox.messages.values()] : call.mailbox.inFolder(folderId);
  const found = query.filter === null ? all : all.filter((message) => meets(filterable(call, message), query.filter!));
  const ordered = inOrder(call, found, query.orderBy);
  const top = query.top ?? call.prefer.maxPageSize ?? DEFAULT_PAGE;
  const page = ordered.slice(query.skip, query.skip + top);
  const value = await Promise.all(
    page.map((message) => messageJson(call, message, { select: query.select, expand: query.expand, single: false })),
  );
  const more = query.skip + page.length < ordered.length;
  return ok(call, {
    "@odata.context": `${call.baseUrl}/v1.0/$metadata#users('${encodeURIComponent(call.mailbox.address)}')/messages`,
    ...(query.count ? { "@odata.count": ordered.length } : {}),
    ...(more ? { "@odata.nextLink": nextLink(call, query, page.length) } : {}),
    value,
  });
}

/** Graph checks names and types before it looks at messages: an empty folder refuses a wrong query too. */
export async function checkOptions(call: Call, query: Query): Promise<void> {
  const example = await newDraft(call.mailbox, call.now);
  await messageJson(call, example, { select: query.select, expand: query.expand, single: false });
  const check = (condition: Condition): void => {
    if (condition.kind === "and" || condition.kind === "or") return condition.terms.forEach(check);
    if (condition.kind === "not") return check(condition.term);
    meets(filterable(call, example), condition);
  };
  if (query.filter !== null) check(query.filter);
  for (const { property } of query.orderBy) sortKey(call, example, property);
}

function nextLink(call: Call, query: Query, taken: number): string {
  const params = new URLSearchParams([...call.request.query].filter(([name]) => name.toLowerCase() !== "$skip"));
  params.set("$skip", String(query.skip + taken));
  return `${call.baseUrl}${call.request.path}?${params}`;
}

function inOrder(call: Call, messages: StoredMessage[], orderBy: readonly OrderBy[]): StoredMessage[] {
  const order = orderBy.length > 0 ? orderBy : [{ property: "receivedDateTime", descending: true }];
  // The youngest first among equals: a listing that breaks ties the other way would hide paging mistakes.
  return messages.toReversed().sort((a, b) => {
    for (const { property, descending } of order) {
      const [left, right] = [sortKey(call, a, property), sortKey(call, b, property)];
      if (left !== right) return (left < right ? -1 : 1) * (descending ? -1 : 1);
    }
    return 0;
  });
}

function sortKey(call: Call, message: StoredMessage, property: string): string | number | boolean {
  const value = valueOf(call, message, property);
  if (value === undefined) throw badRequest(`The property '${property}' does not support sorting.`);
  return value ?? "";
}

function filterable(call: Call, message: StoredMessage): Filterable {
  return { value: (property) => valueOf(call, message, property), any: (name, term) => anyOf(message, name, term) };
}

function valueOf(call: Call, message: StoredMessage, property: string): string | number | boolean | null | undefined {
  switch (property) {
    case "id":
      return idFor(call, message);
    case "receivedDateTime":
      return seconds(message.receivedAt);
    case "sentDateTime":
      return message.sentAt === null ? null : seconds(message.sentAt);
    case "createdDateTime":
      return seconds(message.createdAt);
    case "lastModifiedDateTime":
      return seconds(message.modifiedAt);
    case "internetMessageId":
      return message.internetMessageId;
    case "conversationId":
      return message.conversationId;
    case "parentFolderId":
      return message.folderId;
    case "subject":
      return message.subject;
    case "importance":
      return message.importance;
    case "isRead":
      return message.isRead;
    case "isDraft":
      return message.isDraft;
    case "hasAttachments":
      return hasAttachments(message);
    case "from/emailAddress/address":
      return message.from?.address ?? null;
    case "sender/emailAddress/address":
      return message.sender?.address ?? null;
    default:
      return undefined;
  }
}

/** `ep/id eq '…' and ep/value eq '…'` on one and the same property. */
function anyOf(message: StoredMessage, collection: string, term: Condition): boolean {
  if (collection !== "singleValueExtendedProperties") {
    throw badRequest(`Invalid filter clause: '${collection}' cannot be filtered.`);
  }
  const id = idIn(term);
  if (id === null) throw badRequest("Invalid filter clause: the extended property's id is required.");
  extendedPropertyId(id);
  const value = extendedValue(message, id);
  if (value === undefined) return false;
  return meets({
    value: (property) => property === "id" ? id : property === "value" ? value : undefined,
    any: () => false,
  }, term);
}

function idIn(condition: Condition): string | null {
  if (condition.kind === "compare") {
    return condition.property === "id" && condition.operator === "eq" ? String(condition.value) : null;
  }
  if (condition.kind !== "and") return null;
  for (const term of condition.terms) {
    const id = idIn(term);
    if (id !== null) return id;
  }
  return null;
}

function seconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
