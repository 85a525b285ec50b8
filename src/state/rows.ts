/** Rows of the database as nouns of the port. */

import { Buffer } from "node:buffer";
import { isoTime } from "../core/clock.ts";
import type { FilterName, OutcomeKind } from "../core/decision.ts";
import type { IssueRef } from "../core/jira.ts";
import type { Folder } from "../core/mail.ts";
import type { Delivery, Effect, EffectKind, KnownMessage } from "../core/state_port.ts";

export interface KnownRow {
  readonly id: number;
  readonly outcome: OutcomeKind | null;
  readonly filter: FilterName | null;
  readonly issue_id: string | null;
  readonly issue_key: string | null;
}

export function knownMessage(row: KnownRow): KnownMessage {
  return {
    deliveryId: row.id,
    status: row.outcome === null ? "unfinished" : "finished",
    outcome: row.outcome,
    filter: row.filter,
    issue: issueRef(row),
  };
}

function issueRef(row: { readonly issue_id: string | null; readonly issue_key: string | null }): IssueRef | null {
  return row.issue_id === null || row.issue_key === null ? null : { id: row.issue_id, key: row.issue_key };
}

export interface DeliveryRow {
  readonly id: number;
  readonly mailbox: string;
  readonly folder: Folder;
  readonly message_id: string;
  readonly received_at: number;
  readonly internet_message_id: string | null;
  readonly conversation_id: string | null;
  readonly attempts: number;
  readonly waiting_for: string | null;
  readonly include_before_start: number;
  readonly step: string | null;
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    mailbox: row.mailbox,
    folder: row.folder,
    messageId: row.message_id,
    receivedAt: isoTime(row.received_at),
    internetMessageId: row.internet_message_id,
    conversationId: row.conversation_id,
    attempts: row.attempts,
    waitingFor: row.waiting_for,
    includeBeforeStart: row.include_before_start === 1,
    step: row.step,
  };
}

export interface EffectRow {
  readonly key: string;
  readonly delivery_id: number | null;
  readonly kind: EffectKind;
  readonly status: Effect["status"];
  readonly carried: string;
  readonly receipt: string | null;
  readonly started_at: number;
  readonly doubtful_at: number | null;
  readonly empty_looks: number;
  readonly first_empty_look_at: number | null;
  readonly writes: number;
}

export function toEffect(row: EffectRow): Effect {
  return {
    key: row.key,
    deliveryId: row.delivery_id,
    kind: row.kind,
    status: row.status,
    carried: JSON.parse(row.carried),
    receipt: row.receipt === null ? null : JSON.parse(row.receipt),
    startedAt: row.started_at,
    doubtfulAt: row.doubtful_at,
    emptyLooks: row.empty_looks,
    firstEmptyLookAt: row.first_empty_look_at,
    writes: row.writes,
  };
}

/** The JSON of a value; `undefined` becomes `null`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** A SHA-256 in hex takes 32 bytes in the file, any other text its own. */
export function toIdentity(identity: string): Uint8Array {
  return new Uint8Array(Buffer.from(identity, /^[0-9a-f]{64}$/.test(identity) ? "hex" : "utf8"));
}
