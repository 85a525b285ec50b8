/** Scores the classifier of automatic mail over folders of mail that other people wrote. */

import type { AutomaticKind, AutomaticVerdict } from "../../src/core/decision.ts";
import type { Message } from "../../src/core/mail.ts";
import { messageFromMime } from "../../src/mime/message.ts";
import { openMail } from "../../src/mime/open_mail.ts";
import { parseMail } from "../../src/mime/parse.ts";
import { automaticVerdict } from "../../src/pipeline/decide.ts";

export interface AutomaticScore {
  readonly total: number;
  readonly automatic: number;
  readonly byKind: Readonly<Partial<Record<AutomaticKind, number>>>;
  /** Names of files taken for a person's. */
  readonly human: readonly string[];
  /** Milliseconds for one mail on average, parsing not counted. */
  readonly milliseconds: number;
}

/** Classifies every `.eml` of a folder. */
export async function scoreAutomaticMail(folder: URL): Promise<AutomaticScore> {
  const verdicts = new Map<string, AutomaticVerdict>();
  let milliseconds = 0;
  for (const name of namesIn(folder, ".eml")) {
    const mail = await parseMail(await Deno.readFile(new URL(name, folder)));
    const told = messageFromMime(mail, { mailbox: "support@example.com", folder: "inbox", now: 0 });
    const read = ({ id }: { id: string }) => Promise.resolve(told.bytes.get(id) ?? null);
    const { message } = await openMail(told.message, read, () => Promise.resolve(told.calendar));
    const started = performance.now();
    verdicts.set(name, automaticVerdict(message));
    milliseconds += performance.now() - started;
  }
  return scoreOf(verdicts, milliseconds);
}

/** Classifies every text of a folder, each wrapped as a mail of a person who writes in Outlook. */
export async function scoreHumanTexts(folder: URL): Promise<AutomaticScore> {
  const verdicts = new Map<string, AutomaticVerdict>();
  let milliseconds = 0;
  for (const name of namesIn(folder, ".txt")) {
    const message = personsMail(await Deno.readTextFile(new URL(name, folder)));
    const started = performance.now();
    verdicts.set(name, automaticVerdict(message));
    milliseconds += performance.now() - started;
  }
  return scoreOf(verdicts, milliseconds);
}

function namesIn(folder: URL, extension: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(extension)).sort();
}

function scoreOf(verdicts: ReadonlyMap<string, AutomaticVerdict>, milliseconds: number): AutomaticScore {
  const byKind: Partial<Record<AutomaticKind, number>> = {};
  const human: string[] = [];
  for (const [name, { kind }] of verdicts) {
    if (kind === null) human.push(name);
    else byKind[kind] = (byKind[kind] ?? 0) + 1;
  }
  const total = verdicts.size;
  return { total, automatic: total - human.length, byKind, human, milliseconds: milliseconds / Math.max(1, total) };
}

function personsMail(text: string): Message {
  const ada = { name: "Ada Lovelace", address: "ada@example.org" };
  return {
    mailbox: "support@example.com",
    folder: "inbox",
    id: null,
    internetMessageId: "<AM0PR01MB0001@AM0PR01MB0001.eurprd01.prod.exchangelabs.com>",
    subject: "Re: The printer on the second floor",
    from: ada,
    sender: ada,
    to: [{ name: "Support", address: "support@example.com" }],
    cc: [],
    bcc: [],
    replyTo: [],
    receivedAt: "2026-03-02T10:00:00.000Z",
    sentAt: "2026-03-02T09:59:58.000Z",
    importance: "normal",
    conversationId: null,
    conversationIndexLength: 27,
    headers: [
      { name: "Return-Path", value: "ada@example.org" },
      { name: "Thread-Topic", value: "The printer on the second floor" },
      { name: "In-Reply-To", value: "<1@example.com>" },
      { name: "X-MS-Has-Attach", value: "" },
      { name: "X-Auto-Response-Suppress", value: "DR, RN, NRN" },
      { name: "Content-Type", value: 'text/plain; charset="utf-8"' },
    ],
    marker: null,
    body: { contentType: "text", content: text },
    uniqueBody: null,
    attachments: [],
  };
}
