/** `--send`: a mail of each mailbox to itself, and its way back. */

import { isoTime, systemClock } from "../../core/clock.ts";
import { HttpError, NetworkError } from "../../core/errors.ts";
import type { GraphService } from "../../graph/graph.ts";
import { EXIT } from "../exit_codes.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";
import { type MailboxExamination, removeDoubtful, removeForGood, withGrace } from "./mailbox.ts";
import { sendRemedy } from "./token.ts";

export const SEND_CHECK = "mail-send";

/** Exchange mostly needs seconds within a tenant. */
const ARRIVAL_MS = 120_000;
const LOOK_EVERY_MS = 1_000;
const TIDY_MS = 30_000;

export async function examineRoundTrip(
  examination: MailboxExamination,
  arrivalMs = ARRIVAL_MS,
): Promise<DoctorCheck> {
  const { graph, desk, mailbox, signal } = examination;
  const marker = `doctor/${crypto.randomUUID()}`;
  const draft = {
    html: "<p>o365-connect doctor sent this mail from the mailbox to itself. It is deleted when it has arrived.</p>",
    to: [{ name: "", address: mailbox }],
    subject: "o365-connect doctor: a mail to itself (may be deleted)",
    marker,
  };
  let id: string;
  try {
    ({ id } = await withGrace(signal, (later) => graph.createDraft(mailbox, draft, later)));
  } catch (error) {
    await removeDoubtful(graph, mailbox, marker, error);
    return failed(SEND_CHECK, findingOf(error), mailbox);
  }
  const started = systemClock.now();
  // By Graph's clock, which need not be ours, and with room for the seconds that it cuts off.
  const since = isoTime((graph.serverNow() ?? started) - 60_000);
  const arrived: string[] = [];
  try {
    await sendOnce(graph, mailbox, id, signal);
    const found = await arrival({ graph, mailbox, id, since, until: started + arrivalMs, signal });
    arrived.push(...found);
    if (found.length === 0) return await notArrived(graph, mailbox, id, since, arrivalMs);
    const seconds = ((systemClock.now() - started) / 1000).toFixed(1);
    return passed(
      SEND_CHECK,
      `A mail of ${mailbox} to itself was in its Inbox after ${seconds} s, and is deleted.`,
      "",
      mailbox,
    );
  } catch (error) {
    const finding = findingOf(error);
    const refused = error instanceof HttpError && error.status === 403;
    return failed(SEND_CHECK, refused ? { ...finding, remedy: sendRemedy(desk.tokens) } : finding, mailbox);
  } finally {
    await tidy(graph, mailbox, [id, ...arrived]);
  }
}

/** An answer that is lost leaves open whether it was sent: then the looking tells. */
async function sendOnce(graph: GraphService, mailbox: string, id: string, signal: AbortSignal): Promise<void> {
  try {
    await graph.send(mailbox, id, signal);
  } catch (error) {
    const doubtful = error instanceof NetworkError && !signal.aborted ||
      error instanceof HttpError && error.status >= 500;
    if (!doubtful) throw error;
  }
}

interface Arrival {
  readonly graph: GraphService;
  readonly mailbox: string;
  /** Of the mail as it was sent; its copy in Sent Items keeps it. */
  readonly id: string;
  readonly since: string;
  readonly until: number;
  readonly signal: AbortSignal;
}

/** Ids of what arrived in the Inbox; none if nothing did in time. */
async function arrival({ graph, mailbox, id, since, until, signal }: Arrival): Promise<string[]> {
  for (;;) {
    const known = await messageIds(graph, mailbox, id, signal);
    const { messages } = await graph.list(mailbox, "inbox", since, null, signal);
    const ours = messages.filter(({ id: other, internetMessageId }) =>
      other !== id && internetMessageId !== null && known.has(internetMessageId)
    );
    if (ours.length > 0) return ours.map((message) => message.id);
    if (systemClock.now() >= until) return [];
    await systemClock.sleep(LOOK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
}

/** The transport may give it another Message-ID than the draft had; the copy tells it. */
async function messageIds(graph: GraphService, mailbox: string, id: string, signal: AbortSignal): Promise<Set<string>> {
  const state = await graph.sentState(mailbox, id, signal);
  return new Set(state?.internetMessageId === null || state === null ? [] : [state.internetMessageId]);
}

async function notArrived(
  graph: GraphService,
  mailbox: string,
  id: string,
  since: string,
  waitedMs: number,
): Promise<DoctorCheck> {
  const signal = AbortSignal.timeout(TIDY_MS);
  const known = await messageIds(graph, mailbox, id, signal);
  const { messages } = await graph.everything(mailbox, since, null, signal);
  const elsewhere = messages.some((one) =>
    one.id !== id && one.internetMessageId !== null && known.has(one.internetMessageId)
  );
  const waited = Math.round(waitedMs / 1000);
  return failed(
    SEND_CHECK,
    elsewhere
      ? {
        detail: `A mail of ${mailbox} to itself arrived, but not in its Inbox: mail that is moved away is not read.`,
        remedy: "Look into its other folders (Junk Email, Archive), and change the rule or the filter that moves mail.",
        code: EXIT.usage,
      }
      : {
        detail: `A mail of ${mailbox} to itself was sent, and was not in its Inbox after ${waited} s.`,
        remedy:
          "Exchange admin center › Mail flow › Message trace tells where it is; look for transport rules, a full " +
          "mailbox, and forwarding. Then run this again.",
        code: EXIT.unexpected,
      },
    mailbox,
  );
}

/** What cannot be deleted stays: its subject says that it may go. */
async function tidy(graph: GraphService, mailbox: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) await removeForGood(graph, mailbox, id).catch(() => {});
}
