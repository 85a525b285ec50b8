/** A simulated world, a configuration that points at it, and ways to run the program's parts in it. */

import { join } from "node:path";
import { openBridge } from "../../src/app/bridge.ts";
import { checkForMissingEvents } from "../../src/app/check.ts";
import { handleIncomingEvents } from "../../src/app/listen.ts";
import { SIM_MAILBOX, SimWorld, type SimWorldOptions } from "../../src/app/sim_world.ts";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemEnvironment } from "../../src/config/system_environment.ts";
import type { SimIssue } from "../../src/sim/jira/mod.ts";
import { plainText } from "../../src/sim/jira/mod.ts";

export const KINDS = ["cloud", "server"] as const;
export const SUPPORT = SIM_MAILBOX;
const SINCE = "2026-01-01T00:00:00Z";

export interface ScenarioOptions extends Partial<SimWorldOptions> {
  readonly env?: Readonly<Record<string, string>>;
}

/** One world per test: nothing is shared. */
export class Scenario {
  readonly lines: string[] = [];
  private constructor(readonly world: SimWorld, readonly folder: string, readonly config: Config) {}

  static async open(kind: "cloud" | "server", options: ScenarioOptions = {}): Promise<Scenario> {
    const world = await SimWorld.start({ strict: true, ...options, kind });
    const folder = await Deno.makeTempDir({ prefix: "o365-connect-test-" });
    const caFile = join(folder, "ca.pem");
    await Deno.writeTextFile(caFile, world.ca);
    const env = {
      ...world.environment(caFile),
      DATABASE_URI: `sqlite:///${join(folder, "state.db")}`,
      RECONCILE_DELAY_SECONDS: "1",
      REQUEST_TIMEOUT_SECONDS: "10",
      POLL_INTERVAL_SECONDS: "1",
      ...options.env,
    };
    const config = loadConfig({ flags: {}, needs: { graph: true, jira: true, state: true } }, {
      ...systemEnvironment(),
      env,
      workingDirectory: folder,
      executableDirectory: null,
    });
    return new Scenario(world, folder, config);
  }

  /** `handle-incoming-events --once`. */
  async once(options: { since?: string } = {}): Promise<number> {
    const { stop, abandon } = this.#signals();
    return await handleIncomingEvents(this.config, {
      once: true,
      dryRun: false,
      since: options.since ?? SINCE,
      stop,
      abandon,
      write: (line) => this.lines.push(line),
    });
  }

  async dryRun(): Promise<number> {
    const { stop, abandon } = this.#signals();
    return await handleIncomingEvents(this.config, {
      once: true,
      dryRun: true,
      since: SINCE,
      stop,
      abandon,
      write: (line) => this.lines.push(line),
    });
  }

  async check(options: { days?: number; includeBeforeStart?: boolean; dryRun?: boolean } = {}) {
    const { stop, abandon } = this.#signals();
    return await checkForMissingEvents(this.config, {
      days: options.days ?? 1,
      dryRun: options.dryRun ?? false,
      includeBeforeStart: options.includeBeforeStart ?? false,
      stop,
      abandon,
    });
  }

  /** The opened parts, to look into the state; close it. */
  async bridge() {
    return await openBridge(this.config, { signal: new AbortController().signal, patient: false });
  }

  issues(): SimIssue[] {
    return this.world.store.issues();
  }

  /** The only issue; throws if there is none or several. */
  issue(): SimIssue {
    const issues = this.issues();
    if (issues.length !== 1) throw new Error(`${issues.length} issues instead of one: ${this.lines.join("\n")}`);
    return issues[0]!;
  }

  text(value: Parameters<typeof plainText>[0]): string {
    return plainText(value);
  }

  #signals() {
    const guard = AbortSignal.timeout(90_000);
    return { stop: guard, abandon: guard };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.stop();
    await Deno.remove(this.folder, { recursive: true });
  }
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
