/** One simulated mailbox: folders, messages, and the log of changes that delta reads. */

import { normaliseAddress } from "../../core/mail.ts";
import { type ConversationIndex, threadGuid, topicOf } from "./conversations.ts";
import { GraphFault, itemNotFound, malformedId } from "./faults.ts";
import { isWellFormedId, newFolderId, newMessageId } from "./ids.ts";
import type { StoredFolder, StoredMessage } from "./nouns.ts";

const WELL_KNOWN: Readonly<Record<string, string>> = {
  msgfolderroot: "Top of Information Store",
  inbox: "Inbox",
  drafts: "Drafts",
  sentitems: "Sent Items",
  deleteditems: "Deleted Items",
  archive: "Archive",
  junkemail: "Junk Email",
  outbox: "Outbox",
};

/** One thing that happened to a message as seen from one folder. */
export interface Change {
  readonly folderId: string;
  readonly immutableId: string;
  readonly restId: string;
  readonly kind: "created" | "updated" | "deleted";
}

export interface MailboxInit {
  readonly address: string;
  readonly displayName?: string;
  /** Further addresses that deliver here; not valid as `/users/{…}`. */
  readonly aliases?: readonly string[];
  /** `false`: the user exists, without a mailbox in Exchange Online. */
  readonly enabled?: boolean;
}

export class Mailbox implements ConversationIndex {
  readonly id = crypto.randomUUID();
  readonly address: string;
  readonly displayName: string;
  readonly aliases: ReadonlySet<string>;
  readonly enabled: boolean;
  readonly folders = new Map<string, StoredFolder>();
  readonly messages = new Map<string, StoredMessage>();
  /** In order; position + 1 is the sequence number. */
  readonly changes: Change[] = [];
  #byRestId = new Map<string, StoredMessage>();
  #byMessageId = new Map<string, StoredMessage>();
  #byTopic = new Map<string, StoredMessage>();
  #byThread = new Map<string, StoredMessage>();

  constructor(init: MailboxInit) {
    this.address = init.address;
    this.displayName = init.displayName ?? init.address.split("@")[0]!;
    this.aliases = new Set((init.aliases ?? []).map(normaliseAddress));
    this.enabled = init.enabled ?? true;
    for (const [wellKnownName, displayName] of Object.entries(WELL_KNOWN)) {
      const id = newFolderId();
      const parentId = wellKnownName === "msgfolderroot" ? null : this.folder("msgfolderroot").id;
      this.folders.set(id, { id, displayName, wellKnownName, parentId });
    }
  }

  /** Whether mail to this address is delivered here; a `+tag` is ignored. */
  receives(address: string): boolean {
    const [local, domain] = normaliseAddress(address).split("@");
    const plain = `${local?.split("+")[0]}@${domain}`;
    const own = normaliseAddress(this.address);
    return [normaliseAddress(address), plain].some((each) => each === own || this.aliases.has(each));
  }

  /** By id, well-known name (any case) or display name; throws `ErrorItemNotFound`. */
  folder(idOrName: string): StoredFolder {
    const byId = this.folders.get(idOrName);
    if (byId !== undefined) return byId;
    for (const folder of this.folders.values()) {
      if (folder.wellKnownName === idOrName.toLowerCase()) return folder;
    }
    throw isWellFormedId(idOrName) ? itemNotFound() : malformedId();
  }

  createFolder(displayName: string, parentId: string): StoredFolder {
    for (const folder of this.folders.values()) {
      if (folder.parentId === parentId && folder.displayName.toLowerCase() === displayName.toLowerCase()) {
        throw new GraphFault(409, "ErrorFolderExists", "A folder with the specified name already exists.");
      }
    }
    const folder = { id: newFolderId(), displayName, wellKnownName: null, parentId };
    this.folders.set(folder.id, folder);
    return folder;
  }

  /** By immutable id or current id; throws `ErrorItemNotFound` or `ErrorInvalidIdMalformed`. */
  message(id: string): StoredMessage {
    const message = this.messages.get(id) ?? this.#byRestId.get(id);
    if (message !== undefined) return message;
    throw isWellFormedId(id) ? itemNotFound() : malformedId();
  }

  withMessageId(internetMessageId: string): StoredMessage | undefined {
    return this.#byMessageId.get(internetMessageId);
  }

  latestOfTopic(topic: string): StoredMessage | undefined {
    return this.#byTopic.get(topic);
  }

  ofThread(guid: string, topic: string): StoredMessage | undefined {
    return this.#byThread.get(`${guid}\n${topic}`);
  }

  /** Messages of a folder in the order in which they came in. */
  inFolder(folderId: string): StoredMessage[] {
    return [...this.messages.values()].filter((message) => message.folderId === folderId);
  }

  add(message: StoredMessage): void {
    this.messages.set(message.immutableId, message);
    this.#byRestId.set(message.restId, message);
    this.index(message);
    this.#log(message, "created");
  }

  /** To be called after subject or Message-ID changed. */
  index(message: StoredMessage): void {
    const topic = topicOf(message.subject);
    if (message.internetMessageId !== null) this.#byMessageId.set(message.internetMessageId, message);
    this.#byTopic.set(topic, message);
    this.#byThread.set(`${threadGuid(message.conversationIndex)}\n${topic}`, message);
  }

  /** A change that leaves the message where it is. */
  touch(message: StoredMessage, now: number): void {
    message.modifiedAt = now;
    this.#log(message, "updated");
  }

  /** The id changes, the immutable id does not. */
  move(message: StoredMessage, folderId: string, now: number): void {
    this.#log(message, "deleted");
    this.#byRestId.delete(message.restId);
    message.restId = newMessageId("rest");
    message.folderId = folderId;
    message.modifiedAt = now;
    this.#byRestId.set(message.restId, message);
    this.#log(message, "created");
  }

  /** Gone for good. */
  remove(message: StoredMessage): void {
    this.#log(message, "deleted");
    this.messages.delete(message.immutableId);
    this.#byRestId.delete(message.restId);
  }

  #log({ folderId, immutableId, restId }: StoredMessage, kind: Change["kind"]): void {
    this.changes.push({ folderId, immutableId, restId, kind });
  }
}
