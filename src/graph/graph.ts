/** Makes the Graph client out of its parts. */

import { mailFolder, messagePage, recipientPage } from "./answers.ts";
import { openAttachment, openMime } from "./attachments.ts";
import { GraphCaller, type GraphOptions } from "./caller.ts";
import type { GraphClient } from "./client.ts";
import { listAttachments } from "./attachments.ts";
import { attachToDraft, removeDraftFile } from "./draft_files.ts";
import { createDraft, createReply, deleteMessage, findMarked, readSentState, sendDraft } from "./drafts.ts";
import type { Address } from "../core/mail.ts";
import type { AcceptedMessage } from "../core/state_port.ts";
import { readEverything } from "./everything.ts";
import { readDelta, readListing } from "./listing.ts";
import { addressesFrom, readMessage } from "./messages.ts";
import { folderPath, quoted, userPath } from "./paths.ts";

/** The client, with what set-up and checks need besides. */
export interface GraphService extends GraphClient {
  /** How many requests at once a mailbox gets from this process (4 unless told). Streams count until they end. */
  setCapacity(mailbox: string, capacity: number): void;
  /** How many requests of this process to a mailbox are under way. */
  underWay(mailbox: string): number;
  /** A folder's facts by well-known name (`inbox`, `sentitems`, `drafts`) or id: proves that the mailbox can be read. */
  mailFolder(mailbox: string, name: string, signal?: AbortSignal): Promise<MailFolder>;
  /** A page of everything received since then in any folder (Drafts and Deleted Items, too), newest first. */
  everything(
    mailbox: string,
    since: string,
    link: string | null,
    signal?: AbortSignal,
  ): Promise<{ messages: readonly Sighted[]; nextLink: string | null }>;
  /** The To and Cc addresses of the last 50 mails in the Inbox, lower case, each once. */
  recentRecipients(mailbox: string, signal?: AbortSignal): Promise<string[]>;
}

/** What a listing of the whole mailbox tells of a message. */
export interface Sighted extends AcceptedMessage {
  readonly sentAt: string | null;
  readonly isDraft: boolean;
  readonly from: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** Value of our own extended property, `null` on other people's mail. */
  readonly marker: string | null;
}

export interface MailFolder {
  readonly id: string;
  readonly displayName: string;
  readonly totalItemCount: number | null;
}

export type { GraphOptions };

export function createGraph(options: GraphOptions): GraphService {
  const caller = new GraphCaller(options);
  return {
    delta: (mailbox, folder, link, signal) => readDelta(caller, mailbox, folder, link, signal),
    list: (mailbox, folder, since, link, signal) => readListing(caller, mailbox, folder, since, link, signal),
    message: (mailbox, id, folder, signal) => readMessage(caller, mailbox, id, folder, signal),
    messageIdOf: (mailbox, internetMessageId, signal) => findByMessageId(caller, mailbox, internetMessageId, signal),
    attachment: (mailbox, messageId, attachment, signal) =>
      openAttachment(caller, mailbox, messageId, attachment, signal),
    mime: (mailbox, messageId, signal) => openMime(caller, mailbox, messageId, signal),
    createReply: (mailbox, messageId, draft, signal) => createReply(caller, mailbox, messageId, draft, signal),
    createDraft: (mailbox, draft, signal) => createDraft(caller, mailbox, draft, signal),
    deleteMessage: (mailbox, id, signal) => deleteMessage(caller, mailbox, id, signal),
    send: (mailbox, draftId, signal) => sendDraft(caller, mailbox, draftId, signal),
    sentState: (mailbox, id, signal) => readSentState(caller, mailbox, id, signal),
    findMarked: (mailbox, marker, signal) => findMarked(caller, mailbox, marker, signal),
    attachToDraft: (mailbox, draftId, file, signal) => attachToDraft(caller, mailbox, draftId, file, signal),
    draftFiles: (mailbox, draftId, signal) => listAttachments(caller, mailbox, draftId, signal),
    removeDraftFile: (mailbox, draftId, attachmentId, signal) =>
      removeDraftFile(caller, mailbox, draftId, attachmentId, signal),
    serverNow: () => caller.serverNow(),
    setCapacity: (mailbox, capacity) => caller.gates.of(mailbox).setCapacity(capacity),
    underWay: (mailbox) => caller.gates.of(mailbox).held,
    mailFolder: (mailbox, name, signal) => readMailFolder(caller, mailbox, name, signal),
    everything: (mailbox, since, link, signal) => readEverything(caller, mailbox, since, link, signal),
    recentRecipients: (mailbox, signal) => readRecentRecipients(caller, mailbox, signal),
  };
}

async function findByMessageId(
  caller: GraphCaller,
  mailbox: string,
  internetMessageId: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const query = { $filter: `internetMessageId eq ${quoted(internetMessageId)}`, $select: "receivedDateTime" };
  const page = await caller.json({ mailbox, path: `${userPath(mailbox)}/messages`, query, signal }, messagePage);
  const newestFirst = page.value.toSorted((a, b) =>
    Date.parse(b.receivedDateTime ?? "") - Date.parse(a.receivedDateTime ?? "")
  );
  return newestFirst[0]?.id ?? null;
}

async function readMailFolder(
  caller: GraphCaller,
  mailbox: string,
  name: string,
  signal?: AbortSignal,
): Promise<MailFolder> {
  const query = { $select: "displayName,totalItemCount" };
  const folder = await caller.json({ mailbox, path: folderPath(mailbox, name), query, signal }, mailFolder);
  return { id: folder.id, displayName: folder.displayName ?? "", totalItemCount: folder.totalItemCount ?? null };
}

async function readRecentRecipients(caller: GraphCaller, mailbox: string, signal?: AbortSignal): Promise<string[]> {
  const query = { $select: "toRecipients,ccRecipients", $orderby: "receivedDateTime desc", $top: "50" };
  const path = `${folderPath(mailbox, "inbox")}/messages`;
  const page = await caller.json({ mailbox, path, query, signal }, recipientPage);
  const addresses = page.value.flatMap((one) => [
    ...addressesFrom(one.toRecipients),
    ...addressesFrom(one.ccRecipients),
  ]);
  return [...new Set(addresses.map(({ address }) => address.trim().toLowerCase()))];
}
