/** The mailbox, its mail opened: what lies in `winmail.dat` or behind a signature is told as if it had been sent plainly. */

import { HttpError } from "../core/errors.ts";
import type { MailAttachment, Message } from "../core/mail.ts";
import type { GraphClient } from "../graph/client.ts";
import { isWrapped, MAX_OPENED, openMail, type ReadAttachment } from "../mime/open_mail.ts";
import { NotAMailError, parseMail } from "../mime/parse.ts";

/**
 * Bytes of what was inside lie in memory as long as the message does; the ids of such attachments are stable, for they
 * are made of the wrapper's and a number.
 */
export function openedGraph<T extends GraphClient>(graph: T): T {
  const inside = new WeakMap<MailAttachment, Uint8Array>();
  return {
    ...graph,
    async message(mailbox, id, folder, signal) {
      const message = await graph.message(mailbox, id, folder, signal);
      if (message === null || !isWrapped(message)) return message;
      return await open(graph, message, id, inside, signal);
    },
    async attachment(mailbox, messageId, attachment, signal) {
      const bytes = inside.get(attachment);
      return bytes === undefined
        ? await graph.attachment(mailbox, messageId, attachment, signal)
        : ReadableStream.from([bytes]);
    },
  } satisfies T;
}

async function open(
  graph: GraphClient,
  message: Message,
  id: string,
  inside: WeakMap<MailAttachment, Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Message> {
  const read: ReadAttachment = async (attachment, { bytes, headOnly }) => {
    if (!headOnly && attachment.size > bytes * 1.5) return null;
    return await unlessRefused(async () =>
      readUpTo(await graph.attachment(message.mailbox, id, attachment, signal), bytes, headOnly)
    );
  };
  const opened = await openMail(message, read, async () => {
    const raw = await unlessRefused(async () =>
      readUpTo(await graph.mime(message.mailbox, id, signal), MAX_OPENED, false)
    );
    return raw === null ? null : await calendarIn(raw);
  });
  for (const attachment of opened.message.attachments) {
    const bytes = opened.bytes.get(attachment.id);
    if (bytes !== undefined) inside.set(attachment, bytes);
  }
  return opened.message;
}

async function calendarIn(raw: Uint8Array): Promise<Uint8Array | null> {
  try {
    return (await parseMail(raw)).calendar;
  } catch (error) {
    if (error instanceof NotAMailError) return null;
    throw error;
  }
}

/** `null` for what the mailbox does not hand out. */
async function unlessRefused<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HttpError && [400, 404, 405].includes(error.status)) return null;
    throw error;
  }
}

/** `null` when there is more than the limit, and the head alone is not enough. */
async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  headOnly: boolean,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit && !headOnly) return null;
    if (headOnly && size >= limit) break;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
