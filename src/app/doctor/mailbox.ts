/** One mailbox: read it, write a draft and remove it, and what its recent mail tells about its addresses. */

import type { Config } from "../../config/config.ts";
import { systemClock } from "../../core/clock.ts";
import { HttpError, NetworkError } from "../../core/errors.ts";
import { addressParts, baseAddress, comparable, isOneOf } from "../../filtering/addresses.ts";
import type { GraphService } from "../../graph/graph.ts";
import { isClosedMailbox } from "../graph_refusals.ts";
import { type DoctorCheck, failed, notRun, passed } from "./check.ts";
import { findingOf, sentence } from "./failure.ts";
import type { TokenDesk } from "./token.ts";

/** In the order of the report. */
export const MAILBOX_CHECKS = [
  "mailbox-readable",
  "mailbox-draft",
  "sent-items-readable",
  "sent-items-copies",
  "aliases",
] as const;

export interface MailboxExamination {
  readonly config: Config;
  readonly graph: GraphService;
  readonly desk: TokenDesk;
  readonly mailbox: string;
  readonly signal: AbortSignal;
}

export async function examineMailbox(examination: MailboxExamination): Promise<DoctorCheck[]> {
  const { mailbox } = examination;
  const readable = await examineReading(examination);
  if (!readable.ok) return [readable, ...MAILBOX_CHECKS.slice(1).map((check) => notRun(check, readable, mailbox))];
  const [draft, sentItems, aliases] = await Promise.all([
    examineDraft(examination),
    examineSentItems(examination),
    examineAliases(examination),
  ]);
  return [readable, draft, sentItems, sentItemsCopies(mailbox), aliases];
}

async function examineReading({ graph, desk, mailbox, signal }: MailboxExamination): Promise<DoctorCheck> {
  const read = () => graph.mailFolder(mailbox, "inbox", signal);
  try {
    const inbox = await read().catch(async (error) => {
      if (!(error instanceof HttpError && isClosedMailbox(error))) throw error;
      await desk.fresh();
      return await read();
    });
    const mails = inbox.totalItemCount === null ? "" : ` with ${inbox.totalItemCount} mails`;
    return passed("mailbox-readable", `The Inbox of ${mailbox}${mails} can be read.`, "", mailbox);
  } catch (error) {
    return failed("mailbox-readable", findingOf(error), mailbox);
  }
}

/** How long tidying up may take, also after the doctor was asked to stop. */
const TIDY_MS = 30_000;
/** A creation under way may finish after that, for one that we break off may still be executed. */
const GRACE_MS = 5_000;
/** Between two looks for a draft that may come late. */
const LATE_MS = 2_000;

async function examineDraft({ graph, mailbox, signal }: MailboxExamination): Promise<DoctorCheck> {
  const check = "mailbox-draft";
  const marker = `doctor/${crypto.randomUUID()}`;
  const subject = "o365-connect doctor (may be deleted)";
  let id: string | null = null;
  try {
    const draft = { html: "<p>Test of o365-connect.</p>", to: [], subject, marker };
    ({ id } = await withGrace(signal, (later) => graph.createDraft(mailbox, draft, later)));
  } catch (error) {
    await removeDoubtful(graph, mailbox, marker, error);
    return failed(check, findingOf(error), mailbox);
  }
  try {
    await removeForGood(graph, mailbox, id);
    return passed(check, `A draft was made in ${mailbox} and deleted.`, "", mailbox);
  } catch (error) {
    const { detail, code } = findingOf(error);
    const remedy = `Delete the draft "${subject}" of ${mailbox} in Outlook, and run this again.`;
    return failed(check, { detail: `A draft was made but not deleted. ${detail}`, remedy, code }, mailbox);
  }
}

/** Twice, for the first time only moves it to Deleted Items; and once more if no answer came. */
export async function removeForGood(graph: GraphService, mailbox: string, id: string): Promise<void> {
  const remove = async () => {
    await graph.deleteMessage(mailbox, id, AbortSignal.timeout(TIDY_MS));
    await graph.deleteMessage(mailbox, id, AbortSignal.timeout(TIDY_MS));
  };
  await remove().catch(remove);
}

/** Runs with a signal that follows the given one by {@link GRACE_MS}; at once if that one is over already. */
export async function withGrace<T>(signal: AbortSignal, work: (later: AbortSignal) => Promise<T>): Promise<T> {
  if (signal.aborted) return await work(signal);
  const later = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => timer = setTimeout(() => later.abort(), GRACE_MS);
  signal.addEventListener("abort", follow, { once: true });
  try {
    return await work(later.signal);
  } finally {
    signal.removeEventListener("abort", follow);
    clearTimeout(timer);
  }
}

/** A draft whose creation got no clear answer may exist. */
export async function removeDoubtful(
  graph: GraphService,
  mailbox: string,
  marker: string,
  error: unknown,
): Promise<void> {
  const doubtful = error instanceof NetworkError || (error instanceof HttpError && error.status >= 500);
  if (!doubtful) return;
  try {
    for (const waitMs of [0, LATE_MS]) {
      await systemClock.sleep(waitMs);
      const found = await graph.findMarked(mailbox, marker, AbortSignal.timeout(TIDY_MS));
      for (const { id } of found) await removeForGood(graph, mailbox, id);
      if (found.length > 0) return;
    }
  } catch {
    // The failed creation is what is reported.
  }
}

async function examineSentItems({ graph, mailbox, signal }: MailboxExamination): Promise<DoctorCheck> {
  const check = "sent-items-readable";
  try {
    await graph.mailFolder(mailbox, "sentitems", signal);
    return passed(check, `The Sent Items of ${mailbox} can be read.`, "", mailbox);
  } catch (error) {
    return failed(check, findingOf(error), mailbox);
  }
}

/**
 * By default Exchange keeps what an agent sends as (or on behalf of) a shared mailbox only in the agent's own Sent Items
 * (https://learn.microsoft.com/microsoft-365/admin/email/shared-mailbox-sent-items).
 */
function sentItemsCopies(mailbox: string): DoctorCheck {
  return passed(
    "sent-items-copies",
    `Not proved: Graph cannot tell whether what agents send as ${mailbox} is also kept in its own Sent Items, where ` +
      "their answers are found (not needed where they sign in to the mailbox itself).",
    "In Exchange Online PowerShell: " +
      `Set-Mailbox -Identity "${mailbox}" -MessageCopyForSentAsEnabled $true; ` +
      `Set-Mailbox -Identity "${mailbox}" -MessageCopyForSendOnBehalfEnabled $true`,
    mailbox,
  );
}

/** A colleague in Cc looks the same as an alias, so this is a hint. */
async function examineAliases({ config, graph, mailbox, signal }: MailboxExamination): Promise<DoctorCheck> {
  const check = "aliases";
  const own = [...config.mailboxes, ...config.addresses];
  const domains = new Set(own.map((address) => addressParts(address)?.domain));
  try {
    const recipients = await graph.recentRecipients(mailbox, signal);
    const unknown = [...new Set(recipients.filter((one) => !isOneOf(one, own)).map(baseAddress))]
      .filter((address) => domains.has(addressParts(address)?.domain)).sort();
    if (unknown.length === 0) {
      return passed(check, `The last 50 mails of ${mailbox} name no unknown address of our domains.`, "", mailbox);
    }
    const addresses = [...new Set([...config.addresses.map(comparable), ...unknown])].join(",");
    return passed(
      check,
      sentence(`The last 50 mails of ${mailbox} also name ${unknown.join(", ")}`),
      `If these are aliases or lists that deliver to ${mailbox} (not colleagues), set O365_ADDRESSES=${addresses}`,
      mailbox,
    );
  } catch (error) {
    return failed(check, findingOf(error), mailbox);
  }
}
