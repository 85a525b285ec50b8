/** One mail of a relay: a draft in the thread, its files, its sending; each with a receipt, and the mail leaves at most once. */

import type { EffectKind, Relay } from "../core/state_port.ts";
import type { SentState } from "../graph/client.ts";
import { mailEffects, type SendReceipt } from "../relay/acknowledge.ts";
import type { Parts } from "./context.ts";
import type { Hold } from "./effects.ts";
import type { RelayFile } from "./relaying_files.ts";
import { isMessageGone, type RelayPeople } from "./relaying_people.ts";

export interface RelayMail {
  readonly relay: Relay;
  /** Stable over restarts, and over a lost state file. */
  readonly key: string;
  readonly kind: EffectKind;
  readonly html: string;
  /** Only where no mail of the thread is left to answer. */
  readonly subject: string;
  readonly people: RelayPeople;
  readonly files: readonly RelayFile[];
  /** What the draft was made from; another one makes it stale. */
  readonly source: string;
  /** Asked immediately before it is sent; throws {@link NothingWritten} if it must not be. */
  check(signal: AbortSignal): Promise<void>;
}

/** What the row of a draft carries. */
export interface DraftCarried {
  readonly marker: string;
  readonly mailbox: string;
  readonly source: string;
}

export function draftKey(key: string, relay: Relay): string {
  return `${key}/v${relay.version}/draft`;
}

export function sendKey(key: string, relay: Relay): string {
  return `${key}/v${relay.version}/send`;
}

export async function sendRelayMail(parts: Parts, hold: Hold, mail: RelayMail): Promise<SendReceipt> {
  const { graph, engine } = parts;
  const { people, key, relay, files } = mail;
  const { mailbox } = people;
  const reply = { html: mail.html, to: [people.to], cc: people.cc, marker: `${key}/relay` };
  const effects = mailEffects({
    graph,
    mailbox,
    inReplyTo: "",
    keyPrefix: `${key}/v${relay.version}`,
    kind: mail.kind,
    reply,
    reconcileDelayMs: parts.settings.reconcileDelayMs,
  });
  const carried: DraftCarried = { marker: reply.marker, mailbox, source: mail.source };
  const draft = await engine.perform<SentState>(hold, {
    ...effects.draft,
    carried,
    write: (signal) => answerInThread(parts, mail, reply, signal),
  });
  await parts.state.addThreadMessage({
    mailbox,
    issue: relay.issue,
    internetMessageId: draft.internetMessageId,
    conversationId: draft.conversationId,
    participants: [],
    messageId: draft.id,
    origin: "ours",
  });
  if (draft.isDraft) {
    await engine.perform(hold, {
      key: `${key}/v${relay.version}/files`,
      kind: mail.kind,
      carried: { files: files.map(({ name, sha256, bytes }) => ({ name, sha256, size: bytes.length })) },
      // Nobody else knows the draft: what is attached is listed, what is missing is added.
      idempotent: true,
      look: () => Promise.resolve(null),
      write: (signal) => attachMissing(parts, mailbox, draft.id, files, signal),
    });
  }
  await rememberPictures(parts, relay, files);
  const send = effects.send(draft);
  return await engine.perform<SendReceipt>(hold, {
    ...send,
    async write(signal) {
      if (draft.isDraft) await mail.check(signal);
      return await send.write(signal);
    },
  });
}

/** An answer brings the pictures of the quoted text back: they are on the issue already. */
async function rememberPictures(parts: Parts, { issue }: Relay, files: readonly RelayFile[]): Promise<void> {
  const pictures = files.filter(({ contentId }) => contentId !== null);
  if (pictures.length > 0) await parts.state.rememberPictures(issue.id, pictures);
}

/** In answer to the newest mail between the sender and us that is still in the mailbox; without one, as a new mail. */
async function answerInThread(
  parts: Parts,
  { people, subject }: RelayMail,
  reply: Parameters<Parts["graph"]["createReply"]>[2],
  signal: AbortSignal,
): Promise<SentState> {
  const { graph } = parts;
  const ids = people.answerable.flatMap(({ messageId }) => messageId ?? []);
  for (const id of [...new Set(ids.toReversed())]) {
    try {
      return await graph.createReply(people.mailbox, id, reply, signal);
    } catch (error) {
      if (!isMessageGone(error)) throw error;
    }
  }
  return await graph.createDraft(people.mailbox, { ...reply, subject }, signal);
}

/** Files of the answered mail do not go along, whatever Exchange put into the draft. */
async function attachMissing(
  parts: Parts,
  mailbox: string,
  draftId: string,
  files: readonly RelayFile[],
  signal: AbortSignal,
): Promise<{ attached: number }> {
  const { graph } = parts;
  const there = await graph.draftFiles(mailbox, draftId, signal);
  const missing = new Set(files);
  for (const attached of there) {
    const ours = [...missing].find((file) =>
      file.contentId === null
        ? !attached.isInline && attached.name === file.name
        : attached.contentId === file.contentId
    );
    if (ours === undefined) await graph.removeDraftFile(mailbox, draftId, attached.id, signal);
    else missing.delete(ours);
  }
  for (const { name, contentType, bytes, contentId } of missing) {
    await graph.attachToDraft(mailbox, draftId, { name, contentType, bytes, contentId }, signal);
  }
  return { attached: files.length };
}

/** Takes a draft back that was not sent. */
export async function discardDraft(parts: Parts, key: string, relay: Relay, signal: AbortSignal): Promise<void> {
  const effect = await parts.state.effect(draftKey(key, relay));
  if (effect === null) return;
  const { mailbox, marker } = effect.carried as DraftCarried;
  const drafts = effect.status === "done"
    ? [effect.receipt as SentState]
    : await parts.graph.findMarked(mailbox, marker, signal);
  for (const { id, isDraft } of drafts) if (isDraft) await parts.graph.deleteMessage(mailbox, id, signal);
}
