/** What we write into a mailbox: drafts, what is attached to them, and their sending. */

import type { z } from "zod";
import { sentState, sentStatePage } from "./answers.ts";
import type { GraphCaller } from "./caller.ts";
import { MARKER_HEADER, MARKER_PROPERTY, type ReplyDraft, type SentState } from "./client.ts";
import { isItemGone, orGone } from "./messages.ts";
import { folderPath, messagePath, quoted, userPath } from "./paths.ts";

const STATE_SELECT = "isDraft,internetMessageId,conversationId";

/** The draft of an answer: Exchange sets its threading headers. Not idempotent. */
export async function createReply(
  caller: GraphCaller,
  mailbox: string,
  messageId: string,
  draft: ReplyDraft,
  signal?: AbortSignal,
): Promise<SentState> {
  const path = `${messagePath(mailbox, messageId)}/createReply`;
  // A `comment` beside `message.body` would be refused with 400.
  const body = { message: draftMessage(draft) };
  return stateFrom(await caller.json({ mailbox, method: "POST", path, body, signal }, sentState));
}

export async function createDraft(
  caller: GraphCaller,
  mailbox: string,
  draft: ReplyDraft,
  signal?: AbortSignal,
): Promise<SentState> {
  const path = `${userPath(mailbox)}/messages`;
  return stateFrom(
    await caller.json({ mailbox, method: "POST", path, body: draftMessage(draft), signal }, sentState),
  );
}

/** Custom headers can only be set at creation and must begin with `x-`. */
function draftMessage({ html, text, to, cc, subject, marker }: ReplyDraft): Record<string, unknown> {
  return {
    body: text === undefined ? { contentType: "html", content: html } : { contentType: "text", content: text },
    toRecipients: to.map(recipient),
    ...(cc === undefined ? {} : { ccRecipients: cc.map(recipient) }),
    ...(subject === undefined ? {} : { subject }),
    internetMessageHeaders: [
      { name: MARKER_HEADER, value: marker },
      { name: "X-Auto-Response-Suppress", value: "All" },
    ],
    singleValueExtendedProperties: [{ id: MARKER_PROPERTY, value: marker }],
  };
}

function recipient({ name, address }: { name: string; address: string }): unknown {
  return { emailAddress: name === "" ? { address } : { name, address } };
}

/** 202: Exchange will send it and keep it in Sent Items. */
export async function sendDraft(
  caller: GraphCaller,
  mailbox: string,
  draftId: string,
  signal?: AbortSignal,
): Promise<void> {
  await caller.send({ mailbox, method: "POST", path: `${messagePath(mailbox, draftId)}/send`, signal });
}

/** One that is gone already is deleted. */
export async function deleteMessage(
  caller: GraphCaller,
  mailbox: string,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await caller.send({ mailbox, method: "DELETE", path: messagePath(mailbox, id), signal });
  } catch (error) {
    if (!isItemGone(error)) throw error;
  }
}

export async function readSentState(
  caller: GraphCaller,
  mailbox: string,
  id: string,
  signal?: AbortSignal,
): Promise<SentState | null> {
  const query = { $select: STATE_SELECT };
  const state = await orGone(() => caller.json({ mailbox, path: messagePath(mailbox, id), query, signal }, sentState));
  return state === null ? null : stateFrom(state);
}

/** Every message of ours with this marker, in the two folders where it can be. */
export async function findMarked(
  caller: GraphCaller,
  mailbox: string,
  marker: string,
  signal?: AbortSignal,
): Promise<SentState[]> {
  const $filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER_PROPERTY}' and ep/value eq ${
    quoted(marker)
  })`;
  const found: SentState[] = [];
  for (const folder of ["drafts", "sentitems"]) {
    const path = `${folderPath(mailbox, folder)}/messages`;
    let link: string | null = null;
    do {
      const page: z.infer<typeof sentStatePage> = await caller.json(
        { mailbox, path, link, query: { $filter, $select: STATE_SELECT }, signal },
        sentStatePage,
      );
      found.push(...page.value.map(stateFrom));
      link = page["@odata.nextLink"] ?? null;
    } while (link !== null);
  }
  return found;
}

function stateFrom(state: z.infer<typeof sentState>): SentState {
  return {
    id: state.id,
    isDraft: state.isDraft ?? false,
    internetMessageId: state.internetMessageId ?? null,
    conversationId: state.conversationId ?? null,
  };
}
