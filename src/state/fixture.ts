/** What the tests of this room share: a manual clock, a state with one mailbox, mails to accept, child processes. */

import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { AcceptedMessage, Delivery } from "../core/state_port.ts";
import { type FileState, openState } from "./open.ts";

export const BOX = "support@example.com";
export const START = Date.parse("2026-03-01T00:00:00Z");

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  move(ms: number): void;
}

export function manualClock(): ManualClock {
  let time = START + 1_000_000;
  return {
    now: () => time,
    sleep: () => Promise.resolve(),
    move: (ms) => {
      time += ms;
    },
  };
}

/** Runs `body` with a temporary folder. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "state-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `body` with a state in memory whose mailbox is open. */
export async function inMemory(body: (state: FileState, clock: ManualClock) => Promise<void>): Promise<void> {
  const clock = manualClock();
  const state = await openState({ path: ":memory:", clock });
  await state.openMailbox(BOX, "2026-03-01T00:00:00Z");
  try {
    await body(state, clock);
  } finally {
    await state.close();
  }
}

export interface MailFacts {
  /** Seconds after the start of the mailbox; negative is before it. */
  readonly at?: number;
  readonly conversation?: string;
  readonly messageId?: string;
}

export function mail(id: string, facts: MailFacts = {}): AcceptedMessage {
  return {
    id,
    receivedAt: new Date(START + (facts.at ?? 60) * 1000).toISOString(),
    conversationId: facts.conversation ?? null,
    internetMessageId: facts.messageId ?? null,
  };
}

export async function accept(state: FileState, ...messages: readonly AcceptedMessage[]): Promise<number> {
  return await state.accept({ mailbox: BOX, folder: "inbox", messages });
}

/** Takes for two minutes. */
export async function take(state: FileState, limit = 10): Promise<Delivery[]> {
  return await state.take({ limit, leaseMs: 120_000, mailboxes: [BOX] });
}

/** Accepts one mail and takes it. */
export async function taken(state: FileState, id = "m1", facts: MailFacts = {}): Promise<Delivery> {
  await accept(state, mail(id, facts));
  const deliveries = await take(state, 1);
  return deliveries[0]!;
}

/** A child process that runs `fixture_process.ts` with these arguments and says `ready` when it has begun. */
export async function startChild(...args: readonly string[]): Promise<Deno.ChildProcess> {
  const child = command(args).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  const said = new TextDecoder().decode(value);
  if (!said.startsWith("ready")) throw new Error(`The child process said: ${said}`);
  return child;
}

/** Runs a child process to its end; returns what it printed. */
export async function runChild(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, success } = await command(args).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Ends a child as a power cut would, and waits until it is gone. */
export async function kill(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  await child.status;
}

export function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

function command(args: readonly string[]): Deno.Command {
  const script = join(import.meta.dirname!, "fixture_process.ts");
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", script, ...args],
    stdout: "piped",
    stderr: "piped",
  });
}
