/** The acknowledgement: one reply per new issue, in the sender's thread, with key and link. */

import type { EffectKind } from "../core/state_port.ts";
import type { GraphClient, ReplyDraft, SentState } from "../graph/client.ts";
import { HttpError } from "../core/errors.ts";

/** The two writes of a mail that leaves at most once, in the shape of the pipeline's effect plans. */
export interface MailEffects {
  readonly draft: {
    readonly key: string;
    readonly kind: EffectKind;
    readonly carried: unknown;
    write(signal: AbortSignal): Promise<SentState>;
    look(effect: unknown, signal: AbortSignal): Promise<SentState | null>;
  };
  send(draft: SentState): {
    readonly key: string;
    readonly kind: EffectKind;
    readonly carried: unknown;
    readonly settleMs: number;
    readonly refusedAgain: SendReceipt;
    write(signal: AbortSignal): Promise<SendReceipt>;
    look(effect: unknown, signal: AbortSignal): Promise<SendReceipt | null>;
  };
}

export interface SendReceipt {
  readonly sent: true;
  /** How it is known. */
  readonly proof: "accepted" | "left-drafts" | "gone" | "refused-again";
}

/** After a doubtful `send`, a draft that is still a draft after this long was not sent. */
const SEND_SETTLE_MS = 5 * 60 * 1000;

export interface MailEffectsOptions {
  readonly graph: GraphClient;
  readonly mailbox: string;
  /** Immutable id of the mail that is answered. */
  readonly inReplyTo: string;
  /** Key without its last part: `<delivery>/ack`. */
  readonly keyPrefix: string;
  readonly kind: EffectKind;
  readonly reply: ReplyDraft;
  /** `RECONCILE_DELAY_SECONDS` in milliseconds: scales the settling time, so that tests need not wait. */
  readonly reconcileDelayMs: number;
}

/** The default of `RECONCILE_DELAY_SECONDS`, to which five minutes belong. */
const DEFAULT_RECONCILE_MS = 120_000;

export function mailEffects(options: MailEffectsOptions): MailEffects {
  const { graph, mailbox, reply, keyPrefix, kind } = options;
  return {
    draft: {
      key: `${keyPrefix}/draft`,
      kind,
      carried: { marker: reply.marker },
      write: (signal) => graph.createReply(mailbox, options.inReplyTo, reply, signal),
      look: async (_effect, signal) => sentFirst(await graph.findMarked(mailbox, reply.marker, signal)),
    },
    send: (draft) => ({
      key: `${keyPrefix}/send`,
      kind,
      carried: { draftId: draft.id },
      settleMs: Math.round(SEND_SETTLE_MS * options.reconcileDelayMs / DEFAULT_RECONCILE_MS),
      refusedAgain: { sent: true, proof: "refused-again" },
      async write(signal) {
        if (!draft.isDraft) return { sent: true, proof: "left-drafts" };
        await graph.send(mailbox, draft.id, signal);
        return { sent: true, proof: "accepted" };
      },
      async look(_effect, signal) {
        const state = await graph.sentState(mailbox, draft.id, signal);
        if (state === null) return { sent: true, proof: "gone" };
        return state.isDraft ? null : { sent: true, proof: "left-drafts" };
      },
    }),
  };
}

/** Of several messages with our marker, one that has left; a second draft is never sent. */
function sentFirst(found: readonly SentState[]): SentState | null {
  return found.find((message) => !message.isDraft) ?? found[0] ?? null;
}

/** Graph's answer says that the mail to be answered is not there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof HttpError && error.destination === "graph" && error.status === 404;
}
