/** What we use of Graph's answers. Only what a mail cannot do without is required. */

import { z } from "zod";

const told = z.string().nullish().catch(null);
const toldFlag = z.boolean().nullish().catch(null);
const recipient = z.object({ emailAddress: z.object({ name: told, address: told }).nullish() }).nullish().catch(null);
const recipients = z.array(recipient).nullish().catch(null);
const itemBody = z.object({ contentType: told, content: told }).nullish().catch(null);

const id = z.string().min(1);

/** `@removed`: the message left the folder. */
const listedMessage = z.object({
  id,
  receivedDateTime: told,
  conversationId: told,
  internetMessageId: told,
  "@removed": z.unknown().optional(),
});
export type ListedMessage = z.infer<typeof listedMessage>;

export const messagePage = z.object({
  value: z.array(listedMessage),
  "@odata.nextLink": told,
  "@odata.deltaLink": told,
});
export type MessagePage = z.infer<typeof messagePage>;

const extendedProperties = z.array(z.object({ id: z.string(), value: told })).nullish().catch(null);

export const wholeMessage = z.object({
  "@odata.type": told,
  id,
  internetMessageId: told,
  subject: told,
  from: recipient,
  sender: recipient,
  toRecipients: recipients,
  ccRecipients: recipients,
  bccRecipients: recipients,
  replyTo: recipients,
  receivedDateTime: told,
  sentDateTime: told,
  createdDateTime: told,
  importance: told,
  conversationId: told,
  conversationIndex: told,
  internetMessageHeaders: z.array(z.object({ name: z.string(), value: told })).nullish().catch(null),
  hasAttachments: toldFlag,
  body: itemBody,
  uniqueBody: itemBody,
  singleValueExtendedProperties: extendedProperties,
});
export type WholeMessage = z.infer<typeof wholeMessage>;

export const listedAttachment = z.object({
  "@odata.type": told,
  id,
  name: told,
  contentType: told,
  size: z.number().nullish().catch(null),
  isInline: toldFlag,
  contentId: told,
  contentLocation: told,
  sourceUrl: told,
});
export type ListedAttachment = z.infer<typeof listedAttachment>;

export const attachmentPage = z.object({ value: z.array(listedAttachment), "@odata.nextLink": told });

/** A message of a listing of the whole mailbox. */
const sightedMessage = z.object({
  id,
  receivedDateTime: told,
  sentDateTime: told,
  conversationId: told,
  internetMessageId: told,
  isDraft: toldFlag,
  from: recipient,
  toRecipients: recipients,
  ccRecipients: recipients,
  singleValueExtendedProperties: extendedProperties,
});
export type SightedMessage = z.infer<typeof sightedMessage>;
export const sightedPage = z.object({ value: z.array(sightedMessage), "@odata.nextLink": told });

/** An item attachment expanded: tells what the item is. */
export const expandedItem = z.object({ item: z.object({ "@odata.type": told }).nullish().catch(null) });

export const sentState = z.object({ id, isDraft: toldFlag, internetMessageId: told, conversationId: told });

export const sentStatePage = z.object({ value: z.array(sentState), "@odata.nextLink": told });

export const uploadSession = z.object({ uploadUrl: z.string().url() });

/** Outlook answers in Pascal case, other services in camel case. */
export const uploadProgress = z.object({
  nextExpectedRanges: z.array(z.string()).nullish(),
  NextExpectedRanges: z.array(z.string()).nullish(),
});

export const mailFolder = z.object({ id, displayName: told, totalItemCount: z.number().nullish().catch(null) });

export const recipientPage = z.object({
  value: z.array(z.object({ toRecipients: recipients, ccRecipients: recipients })),
});

export type Recipient = z.infer<typeof recipient>;
