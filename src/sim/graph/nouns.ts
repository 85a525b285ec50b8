/** What the simulated mailboxes hold. Times are milliseconds since 1970; Graph tells them to the second. */

import type { Address, Header, MailBody } from "../../core/mail.ts";

export interface StoredAttachment {
  readonly id: string;
  /** `reference`: a link to a file in the cloud, without bytes. */
  readonly kind: "file" | "item" | "reference";
  readonly name: string;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  readonly bytes: Uint8Array;
  readonly modifiedAt: number;
  /** What an item is; a message unless told. */
  readonly item?: "message" | "event" | "contact";
  /** Of a reference; only beta tells it. */
  readonly sourceUrl?: string;
}

/** Values of one message that may change while it exists. */
export interface MessageContent {
  subject: string;
  from: Address | null;
  sender: Address | null;
  to: readonly Address[];
  cc: readonly Address[];
  bcc: readonly Address[];
  replyTo: readonly Address[];
  importance: "low" | "normal" | "high";
  body: MailBody;
  /** Transport headers of received mail, custom `x-` headers of what was written here. */
  headers: readonly Header[];
  attachments: readonly StoredAttachment[];
  /** Single-value extended properties by their normalised id. */
  extended: ReadonlyMap<string, string>;
  categories: readonly string[];
  flag: string;
  isRead: boolean;
  inReplyTo: string | null;
  references: readonly string[];
}

export interface StoredMessage extends MessageContent {
  /** The same for the life of the message in this mailbox. */
  readonly immutableId: string;
  /** Changes with every move. */
  restId: string;
  folderId: string;
  internetMessageId: string | null;
  isDraft: boolean;
  readonly createdAt: number;
  modifiedAt: number;
  receivedAt: number;
  sentAt: number | null;
  conversationId: string;
  conversationIndex: Uint8Array;
  /** What `$value` answers for received mail; `null`: composed when asked for. */
  readonly raw: Uint8Array | null;
  /** `method` of a meeting message (`REQUEST`, `REPLY`, `CANCEL`), else `null`. */
  readonly calendarMethod: string | null;
}

export interface StoredFolder {
  readonly id: string;
  readonly displayName: string;
  /** `inbox`, `sentitems`, …; `null` for a folder somebody made. */
  readonly wellKnownName: string | null;
  readonly parentId: string | null;
}

/** An attachment of a mail that is written down rather than given as MIME. */
export interface WrittenAttachment {
  readonly name: string;
  readonly contentType?: string;
  readonly bytes: Uint8Array;
  /** Without angle brackets; makes it an inline part. */
  readonly contentId?: string;
}

/** A mail written down: what it leaves out is made up as an ordinary mailer would. Addresses: `Ada <ada@x.com>` or bare. */
export interface WrittenMail {
  readonly from: string;
  /** Default: the mailbox it is delivered to. */
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: readonly string[];
  readonly sender?: string;
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
  /** With angle brackets. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly importance?: "low" | "normal" | "high";
  /** ISO 8601; default now. */
  readonly sentAt?: string;
  /** Further headers, put on top. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly attachments?: readonly WrittenAttachment[];
  /** Attached mails, raw MIME. */
  readonly attachedMails?: readonly Uint8Array[];
  /** Items of Outlook, as colleagues within one organisation attach them: `value` is the iCalendar or vCard. */
  readonly attachedItems?: readonly {
    readonly item: "event" | "contact";
    readonly name: string;
    readonly value: string;
  }[];
  /** Files in OneDrive or SharePoint: the mail holds a link only. */
  readonly cloudFiles?: readonly { readonly name: string; readonly url: string }[];
}

/** Every mail that left a simulated mailbox, in order. */
export interface SentMail {
  readonly mailbox: string;
  readonly id: string;
  readonly internetMessageId: string;
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly subject: string;
  readonly body: MailBody;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** As the recipient sees it. */
  readonly headers: readonly Header[];
  readonly attachments: readonly StoredAttachment[];
  readonly raw: Uint8Array;
  readonly sentAt: number;
  /** By whom: a client of the API, or an agent in Outlook. */
  readonly by: "client" | "agent";
}
