/** `explain`: mail files, or a mail in the mailbox, and what would become of them. */

import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Templates } from "../content/templates.ts";
import { ConfigError, errorText } from "../core/errors.ts";
import { type Message, normaliseAddress } from "../core/mail.ts";
import { messageFromMime } from "../mime/message.ts";
import { isWrapped, openMail } from "../mime/open_mail.ts";
import { parseMail } from "../mime/parse.ts";
import type { PipelineSettings } from "../pipeline/settings.ts";
import type { FileState } from "../state/open.ts";
import { consider, type ConsiderOptions, type Explanation } from "./consider.ts";
import { knownReplyTokensFor } from "./reply_tokens.ts";
import { graphFor, httpFor, jiraFor, passingTokensFor, stateFor } from "./runtime.ts";
import { pipelineSettings, settingsFor } from "./settings.ts";
import { loadTemplates } from "./templates.ts";

export type { Explanation } from "./consider.ts";

/** One document per file, in the order given; a folder stands for the `.eml` files in it. */
export async function* explainFiles(
  config: Config,
  { files, asReply }: { files: readonly string[]; asReply: boolean },
): AsyncGenerator<Explanation> {
  const world = await openWorld(config, asReply);
  try {
    for (const file of await mailFiles(files)) {
      try {
        const raw = await Deno.readFile(file);
        const message = await mailFrom(raw);
        const mailbox = config.mailboxes[0] ?? message.to[0]?.address ?? "support@example.com";
        const settings = world.settings(normaliseAddress(mailbox));
        yield await consider({ ...message, mailbox: normaliseAddress(mailbox) }, { ...world.options, settings, file });
      } catch (error) {
        yield unreadable(file, error);
      }
    }
  } finally {
    await world.close();
  }
}

/** A mail in the mailbox, by its Graph id or its Message-ID. Throws `ConfigError` if there is none. */
export async function explainMessage(
  config: Config,
  { id, mailbox, asReply }: { id: string; mailbox: string | null; asReply: boolean },
): Promise<Explanation> {
  if (config.graph === null) throw new TypeError("Graph must be configured");
  const world = await openWorld(config, asReply);
  try {
    const tokens = passingTokensFor(config.graph, world.http, world.state);
    const graph = graphFor(config.graph, world.http, tokens);
    const address = normaliseAddress(mailbox ?? config.mailboxes[0] ?? "");
    const messageId = id.startsWith("<") || id.includes("@") ? await graph.messageIdOf(address, bracketed(id)) : id;
    const message = messageId === null ? null : await graph.message(address, messageId, "inbox");
    if (message === null) throw new ConfigError([{ name: "--id", problem: `there is no such mail in ${address}` }]);
    const folder = folderOf(config, message);
    return await consider({ ...message, folder }, { ...world.options, settings: world.settings(address), file: null });
  } finally {
    await world.close();
  }
}

/** A mail file as the mailbox would tell it, opened as mail of a mailbox is. */
async function mailFrom(raw: Uint8Array): Promise<Message> {
  const parsed = await parseMail(raw);
  const { message, bytes, calendar } = messageFromMime(parsed, { mailbox: "", folder: "inbox", now: Date.now() });
  const read = ({ id }: { id: string }) => Promise.resolve(bytes.get(id) ?? null);
  return isWrapped(message) ? (await openMail(message, read, () => Promise.resolve(calendar))).message : message;
}

function bracketed(id: string): string {
  return id.startsWith("<") ? id : `<${id}>`;
}

/** Sent Items hold what the mailbox sent; nothing else tells for a mail that is asked for by id. */
function folderOf(config: Config, message: Message): Message["folder"] {
  const from = message.from === null ? "" : normaliseAddress(message.from.address);
  const sent = config.mailboxes.map(normaliseAddress).includes(from) &&
    message.headers.every(({ name }) => name.toLowerCase() !== "received");
  return sent ? "sentitems" : "inbox";
}

interface World {
  readonly options: Omit<ConsiderOptions, "settings" | "file">;
  readonly state: FileState;
  readonly http: ReturnType<typeof httpFor>;
  settings(mailbox: string): PipelineSettings;
  close(): Promise<void>;
}

async function openWorld(config: Config, asReply: boolean): Promise<World> {
  const templates = loadTemplates(config.mail.templatesDirectory);
  const http = httpFor(config);
  const state = await stateFor(config, { readOnly: true });
  const close = async () => {
    http.close();
    await state.close();
  };
  try {
    const jira = config.jira === null ? null : (await jiraFor(config.jira, http)).client;
    const known = new Map<string, Awaited<ReturnType<ConsiderOptions["findUser"]>>>();
    const settings = jira === null
      ? withoutJira(config, templates)
      : await settingsFor(config, jira, templates, new AbortController().signal);
    const meta = jira === null ? null : await jira.attachmentMeta();
    return {
      http,
      state,
      close,
      options: {
        state,
        replyTokens: await knownReplyTokensFor(config, state),
        asReply,
        format: jira?.format ?? "adf",
        uploadLimit: meta?.uploadLimit ?? null,
        async findUser(address) {
          if (jira === null) return null;
          const key = normaliseAddress(address);
          const mapped = config.jira?.userMap.get(key);
          if (mapped !== undefined) return { id: mapped, displayName: address };
          if (!known.has(key)) known.set(key, await jira.findUser(key));
          return known.get(key) ?? null;
        },
      },
      settings: () => settings,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Contract §5: without Jira it is a Cloud with the project DEMO; the configured boards keep their names as projects. */
function withoutJira(config: Config, templates: Templates): PipelineSettings {
  const { routing } = config;
  const target = (key: string | null, name: string | undefined) => ({
    board: key,
    project: name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name) ? name : "DEMO",
    serviceDesk: false,
  });
  return pipelineSettings(config, templates, {
    boards: routing.boards.map(({ key, name }) => target(key, name)),
    fallback: target(routing.default?.key ?? null, routing.default?.name),
    mailboxBoards: Object.fromEntries(
      routing.mailboxBoards.map((
        { mailbox, target: board },
      ) => [normaliseAddress(mailbox), target(board.key, board.name)]),
    ),
  });
}

/** The given files in their order, a folder replaced by the mail files in it. */
export async function mailFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    let info: Deno.FileInfo | null = null;
    try {
      info = await Deno.stat(path);
    } catch {
      // Said as an unreadable file, in its place.
    }
    if (info?.isDirectory !== true) {
      files.push(path);
      continue;
    }
    const names: string[] = [];
    for await (const entry of Deno.readDir(path)) {
      if (entry.isFile && /\.eml$/i.test(entry.name)) names.push(entry.name);
    }
    files.push(...names.sort().map((name) => join(path, name)));
  }
  return files;
}

function unreadable(file: string, error: unknown): Explanation {
  const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : errorText(error);
  return {
    file,
    message: { id: null, internetMessageId: null, subject: "", from: null, receivedAt: null },
    outcome: "failed",
    reason,
    automatic: false,
    automaticKind: null,
    automaticEvidence: [],
    verification: "none",
    filters: [],
    thread: { rule: "none", issue: null, votes: [] },
    route: null,
    people: { reporter: null, watchers: [] },
    acknowledgement: null,
    summary: "",
    body: null,
    text: "",
    removedText: "",
    cutReason: "",
    attachments: [],
    requests: [],
  };
}
