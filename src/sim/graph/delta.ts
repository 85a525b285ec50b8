/** `GET …/messages/delta`: rounds of a folder, their pages, and what makes them unpleasant. */

import type { SimAnswer } from "../kit/server.ts";
import { type Call, idFor, ok } from "./call.ts";
import { badRequest, GraphFault } from "./faults.ts";
import { checkOptions } from "./listing.ts";
import type { Change, Mailbox } from "./mailbox.ts";
import { messageJson } from "./message_json.ts";
import type { Condition } from "./odata_filter.ts";
import { type Expand, option, readQuery } from "./query.ts";

/** What delta does beside the plain truth; all of it is seen in the real service. */
export interface DeltaBehaviour {
  /** Pages are never larger than this, whatever is asked for. */
  maxPageSize: number;
  /** So many empty pages with a next link stand before each round's first item. */
  emptyPages: number;
  /** So many of the last items of a round are told again at the start of the next. */
  repeats: number;
  /** The items of a round come in reverse order. */
  reversed: boolean;
}

interface Item {
  readonly immutableId: string;
  readonly restId: string;
  readonly removed: boolean;
}

/** Everything a token stands for; a token never changes, so a page may be asked for twice. */
interface Round {
  readonly mailbox: Mailbox;
  readonly folderId: string;
  readonly select: readonly string[] | null;
  readonly expand: readonly Expand[];
  readonly kinds: ReadonlySet<Change["kind"]>;
  readonly pageSize: number;
  /** What is left to tell in this round; `null`: the round begins when the token is used. */
  readonly items: readonly Item[] | null;
  readonly emptyPages: number;
  /** Changes up to here belong to this round or earlier ones. */
  readonly sequence: number;
  readonly last: readonly Item[];
}

const DEFAULT_PAGE = 10;
/** With `$filter` no more is told, ever. */
const FILTER_CAP = 5000;
const KINDS: readonly Change["kind"][] = ["created", "updated", "deleted"];

export class DeltaRounds {
  readonly behaviour: DeltaBehaviour = { maxPageSize: 1000, emptyPages: 0, repeats: 0, reversed: false };
  #tokens = new Map<string, Round>();
  #serial = 0;
  #refusals: ("gone" | "syncStateNotFound" | "resyncRequired")[] = [];

  /**
   * Refuses one of the next requests that carry a token: `gone` is 410 with a `Location`, `syncStateNotFound` 410 without
   * one, `resyncRequired` 400.
   */
  refuseNext(...refusals: ("gone" | "syncStateNotFound" | "resyncRequired")[]): void {
    this.#refusals.push(...refusals);
  }

  /** Every token given out so far answers 410 from now on. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  async answer(call: Call, folderId: string): Promise<SimAnswer> {
    const token = option(call.request.query, "$skiptoken") ?? option(call.request.query, "$deltatoken");
    const round = token === null || token === ""
      ? await firstRound(call, folderId, this.behaviour)
      : this.#round(call, folderId, token);
    const begun = round.items === null ? beginRound(round, this.behaviour) : round;
    const page = begun.emptyPages > 0 ? [] : begun.items!.slice(0, begun.pageSize);
    const left = begun.items!.slice(page.length);
    const value = [];
    for (const item of page) value.push(...await itemJson(call, begun, item));
    const link = left.length > 0 || begun.emptyPages > 0
      ? {
        "@odata.nextLink": this.#link(call, "$skiptoken", {
          ...begun,
          items: left,
          emptyPages: Math.max(0, begun.emptyPages - 1),
        }),
      }
      : { "@odata.deltaLink": this.#link(call, "$deltatoken", { ...begun, items: null }) };
    return ok(call, { "@odata.context": `${call.baseUrl}/v1.0/$metadata#Collection(message)`, ...link, value });
  }

  #round(call: Call, folderId: string, token: string): Round {
    const initial = `${folderUrl(call, folderId)}/delta?$deltatoken=`;
    const refusal = this.#refusals.shift();
    if (refusal === "gone") {
      throw new GraphFault(
        410,
        "resyncRequired",
        "Resync required. Replace any local items with the server's version.",
        { location: initial },
      );
    }
    if (refusal === "resyncRequired") throw new GraphFault(400, "ResyncRequired", "The sync state must be reset.");
    const round = this.#tokens.get(token);
    if (round === undefined || refusal !== undefined) {
      throw new GraphFault(
        410,
        "SyncStateNotFound",
        "The sync state generation is not found; generation=1;[highest=2].",
      );
    }
    if (round.mailbox !== call.mailbox || round.folderId !== folderId) throw badRequest("Badly formed token.");
    return round;
  }

  #link(call: Call, name: string, round: Round): string {
    const token = `${crypto.randomUUID().replaceAll("-", "")}_${++this.#serial}`;
    this.#tokens.set(token, round);
    return `${folderUrl(call, round.folderId)}/delta?${name}=${token}`;
  }
}

function folderUrl({ baseUrl, mailbox }: Call, folderId: string): string {
  return `${baseUrl}/v1.0/users('${encodeURIComponent(mailbox.address)}')/mailFolders('${
    encodeURIComponent(folderId)
  }')/messages`;
}

/** Options are read here only; later they are part of the token. */
async function firstRound(call: Call, folderId: string, behaviour: DeltaBehaviour): Promise<Round> {
  const query = readQuery(call.request.query);
  await checkOptions(call, query);
  for (const { property, descending } of query.orderBy) {
    if (property !== "receivedDateTime" || !descending) {
      throw badRequest("Delta supports only $orderby=receivedDateTime desc.");
    }
  }
  const asked = call.prefer.maxPageSize ?? query.top ?? DEFAULT_PAGE;
  const since = query.filter === null ? null : sinceOf(query.filter);
  const present = call.mailbox.inFolder(folderId)
    .filter((message) => since === null || since(Math.floor(message.receivedAt / 1000) * 1000))
    .toSorted((a, b) => b.receivedAt - a.receivedAt)
    .map(({ immutableId, restId }): Item => ({ immutableId, restId, removed: false }));
  const kinds = kindsOf(option(call.request.query, "changetype"));
  return {
    mailbox: call.mailbox,
    folderId,
    select: query.select,
    expand: query.expand,
    kinds,
    pageSize: Math.max(1, Math.min(asked, behaviour.maxPageSize)),
    items: ordered(
      kinds.has("created") ? present.slice(0, since === null ? present.length : FILTER_CAP) : [],
      behaviour,
    ),
    emptyPages: behaviour.emptyPages,
    sequence: call.mailbox.changes.length,
    last: [],
  };
}

/** Collects what happened since the last round. */
function beginRound(round: Round, behaviour: DeltaBehaviour): Round {
  const changes = new Map<string, { first: Change["kind"]; last: Change }>();
  for (const change of round.mailbox.changes.slice(round.sequence)) {
    if (change.folderId !== round.folderId) continue;
    const first = changes.get(change.immutableId)?.first ?? change.kind;
    changes.delete(change.immutableId);
    changes.set(change.immutableId, { first, last: change });
  }
  const items = [...changes.values()].flatMap(({ first, last }): Item[] => {
    const removed = last.kind === "deleted";
    if (removed && first === "created") return [];
    // What left the folder and came back is a new item there.
    const kind = removed ? "deleted" : first === "updated" && last.kind !== "created" ? "updated" : "created";
    return round.kinds.has(kind) ? [{ immutableId: last.immutableId, restId: last.restId, removed }] : [];
  });
  const repeated = behaviour.repeats > 0 ? round.last.slice(-behaviour.repeats) : [];
  return {
    ...round,
    items: ordered([...repeated, ...items], behaviour),
    emptyPages: behaviour.emptyPages,
    sequence: round.mailbox.changes.length,
    last: items.length > 0 ? items : round.last,
  };
}

function ordered(items: readonly Item[], { reversed }: DeltaBehaviour): readonly Item[] {
  return reversed ? items.toReversed() : items;
}

/** Nothing for a message that left the folder since: its removal is told in the next round. */
async function itemJson(call: Call, round: Round, item: Item): Promise<unknown[]> {
  const message = round.mailbox.messages.get(item.immutableId);
  if (item.removed) {
    return [{ "@odata.type": "#microsoft.graph.message", id: idFor(call, item), "@removed": { reason: "deleted" } }];
  }
  if (message === undefined || message.folderId !== round.folderId) return [];
  const json = await messageJson(call, message, { select: round.select, expand: round.expand, single: false });
  return [{ "@odata.type": "#microsoft.graph.message", ...json }];
}

function kindsOf(text: string | null): ReadonlySet<Change["kind"]> {
  if (text === null) return new Set(KINDS);
  const kinds = text.split(",").map((kind) => kind.trim().toLowerCase());
  const wrong = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (wrong !== undefined) throw badRequest(`Invalid value '${wrong}' for changeType.`);
  return new Set(kinds as Change["kind"][]);
}

/** Only `receivedDateTime ge|gt {value}` is supported. */
function sinceOf(filter: Condition): (received: number) => boolean {
  if (filter.kind === "compare" && filter.property === "receivedDateTime" && typeof filter.value !== "string") {
    const since = Date.parse(filter.value.bare);
    if (!Number.isNaN(since) && filter.operator === "ge") return (received) => received >= since;
    if (!Number.isNaN(since) && filter.operator === "gt") return (received) => received > since;
  }
  throw new GraphFault(
    400,
    "ErrorInvalidUrlQueryFilter",
    "The following parameters are not supported with change tracking over the 'Messages' resource: '$filter'.",
  );
}
