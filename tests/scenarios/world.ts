/** A simulated world, a configuration that points at it, and ways to run the program's parts in it. */

import { configureSync, type LogRecord } from "@logtape/logtape";
import { openBridge } from "../../src/app/bridge.ts";
import { checkForMissingEvents, type CheckReport } from "../../src/app/check.ts";
import { exitOfError } from "../../src/app/exit_of_error.ts";
import { handleIncomingEvents } from "../../src/app/listen.ts";
import type { WebhookOptions } from "../../src/app/relay_webhook.ts";
import { SIM_SECRET, type SimWorld } from "../../src/app/sim_world.ts";
import { failureText } from "../../src/cli/exit.ts";
import type { Config } from "../../src/config/config.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { RichText } from "../../src/core/jira.ts";
import type { FailedRow, MailboxCounts } from "../../src/core/state_port.ts";
import { plainText, type SimIssue } from "../../src/sim/jira/mod.ts";
import { openState } from "../../src/state/open.ts";
import { EVERYTHING, type Kind, KINDS, SetUp, type SetUpOptions, SUPPORT } from "../set_up.ts";

export { type Kind, KINDS, SUPPORT };
export const SALES = "sales@example.com";
export const SINCE = "2026-01-01T00:00:00Z";

/** The same promise on Cloud and on Server. */
export function onBoth(promise: string, options: SetUpOptions, test: (scenario: Scenario) => Promise<void>): void {
  for (const kind of KINDS) on(kind, `${promise} (${kind})`, options, test);
}

/** A promise for which it does not matter which Jira it is. */
export function on(
  kind: Kind,
  promise: string,
  options: SetUpOptions,
  test: (scenario: Scenario) => Promise<void>,
): void {
  Deno.test(promise, async () => {
    await using scenario = await Scenario.open(kind, options);
    await test(scenario);
  });
}

/** How a command ended, as a shell sees it. */
export interface Ended {
  readonly code: number;
  /** What stderr says of an error, else empty. */
  readonly text: string;
}

/** A `handle-incoming-events` that is running. */
export interface Listener {
  /** Asks it to end, as SIGTERM does, and gives its exit code. */
  stop(): Promise<number>;
  /** Its end, whoever asks for it. */
  readonly end: Promise<number>;
}

/** What to change for one run. */
export interface RunOptions {
  readonly since?: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** One world per test: nothing is shared. */
export class Scenario {
  /** What `--once` and `--dry-run` printed. */
  readonly lines: string[] = [];
  /** Every log line so far, as a person reads it. */
  readonly logs: string[] = [];
  readonly #listeners = new Set<Listener>();
  private constructor(private readonly setUp: SetUp) {}

  static async open(kind: Kind, options: SetUpOptions = {}): Promise<Scenario> {
    const scenario = new Scenario(
      await SetUp.open({ strict: true, ...options, kind, env: { POLL_INTERVAL_SECONDS: "0.2", ...options.env } }),
    );
    configureSync({
      reset: true,
      sinks: { scenario: (record: LogRecord) => scenario.logs.push(sentence(record)) },
      loggers: [
        { category: "o365-connect", lowestLevel: "debug", sinks: ["scenario"] },
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["scenario"] },
      ],
    });
    return scenario;
  }

  get world(): SimWorld {
    return this.setUp.world;
  }

  /** The environment of a child process that is to run in this world. */
  get env(): Readonly<Record<string, string>> {
    return this.setUp.env;
  }

  get folder(): string {
    return this.setUp.folder;
  }

  get config(): Config {
    return this.configWith();
  }

  configWith(env: Readonly<Record<string, string>> = {}): Config {
    return this.setUp.config(env, {}, EVERYTHING);
  }

  /** `handle-incoming-events --once`. */
  async once({ since = SINCE, env = {} }: RunOptions = {}): Promise<number> {
    return await this.#handle(this.configWith(env), { once: true, since });
  }

  /** `handle-incoming-events --once --dry-run`; prints to {@link lines}. */
  async dryRun({ since = SINCE, env = {} }: RunOptions = {}): Promise<number> {
    return await this.#handle(this.configWith(env), { once: true, dryRun: true, since });
  }

  /** `handle-incoming-events`, until it is stopped. */
  listen({ since = SINCE, env = {}, webhook }: RunOptions & { webhook?: WebhookOptions } = {}): Listener {
    const stop = new AbortController();
    const running = this.#handle(this.configWith(env), { since, stop: stop.signal, ...(webhook && { webhook }) });
    running.catch(() => {});
    const listener: Listener = {
      end: running,
      stop: () => {
        this.#listeners.delete(listener);
        stop.abort();
        return running;
      },
    };
    this.#listeners.add(listener);
    return listener;
  }

  async #handle(
    config: Config,
    options: { once?: boolean; dryRun?: boolean; since: string | null; stop?: AbortSignal; webhook?: WebhookOptions },
  ): Promise<number> {
    return await handleIncomingEvents(config, {
      once: options.once ?? false,
      dryRun: options.dryRun ?? false,
      since: options.since,
      stop: options.stop ?? guard(),
      abandon: guard(),
      write: (line) => this.lines.push(line),
      webhook: options.webhook ?? null,
    });
  }

  async check(
    options: {
      days?: number;
      includeBeforeStart?: boolean;
      dryRun?: boolean;
      env?: Record<string, string>;
      clock?: Clock;
    } = {},
  ) {
    return await checkForMissingEvents(this.configWith(options.env), {
      days: options.days ?? 1,
      dryRun: options.dryRun ?? false,
      includeBeforeStart: options.includeBeforeStart ?? false,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      stop: guard(),
      abandon: guard(),
    });
  }

  /** A command as a shell sees it: its exit code, and what stderr says if it failed. */
  async ended(work: () => Promise<number>): Promise<Ended> {
    return await ended(work);
  }

  /** The opened parts, to look into the state; close it. */
  async bridge() {
    return await openBridge(this.config, { signal: new AbortController().signal, patient: false });
  }

  /** The counts of the mailbox, as `status` tells them. */
  async counts(mailbox = SUPPORT): Promise<MailboxCounts> {
    const state = await openState({ path: this.config.databasePath, readOnly: true });
    try {
      const found = (await state.counts()).find(({ address }) => address === mailbox);
      if (found === undefined) throw new Error(`the state does not know ${mailbox}`);
      return found;
    } finally {
      await state.close();
    }
  }

  /** As `failed list` tells it. */
  async failed(): Promise<FailedRow[]> {
    const state = await openState({ path: this.config.databasePath, readOnly: true });
    try {
      return await state.failed();
    } finally {
      await state.close();
    }
  }

  issues(): SimIssue[] {
    return this.world.store.issues();
  }

  /** The only issue; throws if there is none or several. */
  issue(): SimIssue {
    const issues = this.issues();
    if (issues.length !== 1) {
      throw new Error(`${issues.length} issues instead of one: ${[...this.lines, ...this.logs].join("\n")}`);
    }
    return issues[0]!;
  }

  /** The issue with this summary; throws if there is none or several. */
  issueOf(summary: string): SimIssue {
    const found = this.issues().filter((issue) => issue.summary === summary);
    if (found.length !== 1) {
      throw new Error(`${found.length} issues "${summary}": ${[...this.lines, ...this.logs].join("\n")}`);
    }
    return found[0]!;
  }

  text(value: RichText | null): string {
    return plainText(value);
  }

  /** The texts of an issue's comments. */
  comments(issue: SimIssue = this.issue()): string[] {
    return issue.comments.map(({ body }) => plainText(body));
  }

  /** Whom acknowledgements went to. */
  acknowledged(): string[] {
    return this.world.graph.outbox.filter(({ by }) => by === "client").flatMap(({ to }) =>
      to.map(({ address }) => address)
    );
  }

  /** Names and bytes of an issue's attachments, as text. */
  attachments(issue: SimIssue = this.issue()): Record<string, string> {
    return Object.fromEntries(
      issue.attachments.map(({ filename, bytes }) => [filename, new TextDecoder().decode(bytes)]),
    );
  }

  /** Log lines that match. */
  logged(words: RegExp): string[] {
    return this.logs.filter((line) => words.test(line));
  }

  /** Ends what still runs, and holds every scenario to what is promised of all of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#listeners].map((listener) => listener.stop()));
    const { graph, mailboxes } = this.world;
    await this.setUp[Symbol.asyncDispose]();
    for (const mailbox of mailboxes) {
      const peak = graph.peakConcurrency(mailbox);
      if (peak > 4) throw new Error(`Graph saw ${peak} requests at once on ${mailbox}`);
    }
    const secrets = [SIM_SECRET, this.setUp.env.JIRA_PLATFORM_TOKEN!];
    const leak = this.logs.find((line) => secrets.some((secret) => line.includes(secret)));
    if (leak !== undefined) throw new Error(`a log line tells a secret: ${leak}`);
  }
}

/** A command as a shell sees it. */
export async function ended(work: () => Promise<number>): Promise<Ended> {
  try {
    return { code: await work(), text: "" };
  } catch (error) {
    return { code: exitOfError(error), text: failureText(error, false) };
  }
}

/** A clock that runs so many times as fast, for waits that are long. */
export function fastClock(times: number): Clock {
  const [start, real] = [Date.now(), performance.now()];
  return {
    now: () => start + (performance.now() - real) * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
}

/** A test that hangs is ended. */
function guard(): AbortSignal {
  return AbortSignal.timeout(90_000);
}

function sentence({ message }: LogRecord): string {
  return message.map(String).join("");
}

/** Waits until it is so; throws after `ms`. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The sum of a check's row, which must be what it examined. */
export function sumOf({ address: _, examined: __, ...parts }: CheckReport["mailboxes"][number]): number {
  return Object.values(parts).reduce((sum, one) => sum + one, 0);
}

export interface MailInit {
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly date?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers that are left out. */
  readonly without?: readonly string[];
  readonly attachments?: readonly { name: string; type?: string; content: string | Uint8Array; contentId?: string }[];
}

let count = 0;

/** Raw MIME of a mail to the support mailbox. */
export function mail(init: MailInit = {}): string {
  const id = init.id ?? `m${++count}-${crypto.randomUUID().slice(0, 8)}@customer.example`;
  const headers: Record<string, string> = {
    "Message-ID": `<${id}>`,
    Date: (init.date ?? new Date()).toUTCString(),
    From: init.from ?? "Ada Lovelace <ada@customer.example>",
    To: init.to ?? SUPPORT,
    ...(init.cc === undefined ? {} : { Cc: init.cc }),
    Subject: init.subject ?? "Printer jams",
    "MIME-Version": "1.0",
    ...init.headers,
  };
  for (const name of init.without ?? []) delete headers[name];
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\r\n");
  const body = init.html === undefined
    ? `Content-Type: text/plain; charset=utf-8\r\n\r\n${init.text ?? "It jams."}\r\n`
    : `Content-Type: text/html; charset=utf-8\r\n\r\n${init.html}\r\n`;
  if (init.attachments === undefined) return `${head}\r\n${body}`;
  const boundary = "b-1-2-3";
  const parts = init.attachments.map(({ name, type, content, contentId }) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return [
      `Content-Type: ${type ?? "application/octet-stream"}; name="${name}"`,
      `Content-Disposition: ${contentId === undefined ? "attachment" : "inline"}; filename="${name}"`,
      ...(contentId === undefined ? [] : [`Content-ID: <${contentId}>`]),
      "Content-Transfer-Encoding: base64",
      "",
      base64(bytes),
    ].join("\r\n");
  });
  return [
    `${head}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n`,
    ...[body, ...parts].map((part) => `--${boundary}\r\n${part}`),
    `--${boundary}--\r\n`,
  ].join("\r\n");
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replace(/.{76}/g, "$&\r\n");
}

/** Headers of a reply to a Message-ID. */
export function answering(messageId: string): Record<string, string> {
  return { "In-Reply-To": messageId, References: messageId };
}
