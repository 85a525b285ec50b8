/** `demo`: the whole job on this machine, against the simulators, over HTTP. */

import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { isoTime } from "../core/clock.ts";
import type { Delivery, Finish } from "../core/state_port.ts";
import { parseMail } from "../mime/parse.ts";
import { readMailbox } from "../streaming/poll.ts";
import { type Bridge, openBridge } from "./bridge.ts";
import { type DemoMail, demoMails } from "./demo_mails.ts";
import { roundTrip } from "./demo_round_trip.ts";
import { EXIT } from "./exit_codes.ts";
import { mailFiles } from "./explain.ts";
import { openMailboxes } from "./listen.ts";
import { SIM_MAILBOX, SimWorld } from "./sim_world.ts";

export interface DemoOptions {
  /** Leaves the simulators running until `stop`. */
  readonly keep: boolean;
  /** Files or folders of one's own instead of the samples. */
  readonly eml: readonly string[];
  readonly write: (line: string) => void;
  readonly stop: AbortSignal;
  /** Which Jira is simulated; default Cloud. */
  readonly kind?: "cloud" | "server";
}

/** A mail waits at most so long for its outcome. */
const PATIENCE_MS = 60_000;

export async function runDemo(options: DemoOptions): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "o365-connect-demo-" });
  const world = await SimWorld.start({ kind: options.kind ?? "cloud" });
  try {
    people(world);
    const caFile = join(folder, "simulator-ca.pem");
    await Deno.writeTextFile(caFile, world.ca);
    const env = {
      ...world.environment(caFile),
      DATABASE_URI: databaseUri(join(folder, "demo.db")),
      JIRA_BLACKLIST: "malicious.example",
      JIRA_COMMENT_RELAY: "marked",
      JIRA_COMMENT_RELAY_DELAY_SECONDS: "0",
    };
    const config = loadConfig(
      { flags: {}, needs: { graph: true, jira: true, state: true } },
      { ...systemEnvironment(), env, workingDirectory: folder, executableDirectory: null },
    );
    const bridge = await openBridge(config, { signal: options.stop, patient: false });
    let good: boolean;
    try {
      good = await play(world, bridge, options);
    } finally {
      await bridge.close();
    }
    options.write("");
    options.write(`Issues, as the team sees them: ${world.jira.url}/`);
    if (options.keep && !options.stop.aborted) {
      options.write("The simulators keep running. Point a client at them with:");
      for (const [name, value] of Object.entries(world.environment(caFile))) options.write(`${name}=${value}`);
      options.write("Stop with Ctrl-C.");
      await new Promise<void>((resolve) => options.stop.addEventListener("abort", () => resolve(), { once: true }));
    }
    return good ? EXIT.done : EXIT.unexpected;
  } finally {
    await world.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function databaseUri(path: string): string {
  return `sqlite:///${path.replaceAll("\\", "/")}`;
}

/** Colleagues who have a Jira account. */
function people(world: SimWorld): void {
  world.store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@customer.example" });
  world.store.createUser({ displayName: "Grace Hopper", emailAddress: "grace@example.com" });
}

interface Delivered {
  readonly name: string;
  readonly id: string;
  readonly expected: DemoMail["expected"] | null;
}

async function play(world: SimWorld, bridge: Bridge, options: DemoOptions): Promise<boolean> {
  const own = options.eml.length > 0;
  const now = Date.now();
  await openMailboxes(bridge, isoTime(own ? 0 : Math.floor(now / 1000) * 1000 - 1000), {
    patient: false,
    signal: options.stop,
  });
  const delivered = new Map<string, Delivered>();
  const ends = new Map<string, Finish>();
  const worker = bridge.worker((delivery: Delivery, finish: Finish) => ends.set(delivery.messageId, finish));
  const work = async () => {
    await readMailbox(
      { graph: bridge.graph, state: bridge.state, clock: bridge.parts.clock },
      SIM_MAILBOX,
      options.stop,
    );
    await worker.drain(options.stop, options.stop, PATIENCE_MS);
  };
  let unreadable = 0;
  if (own) unreadable = await deliverFiles(world, options, delivered);
  else {
    for (const round of [false, true]) {
      for (const mail of demoMails(now).filter(({ afterRound }) => (afterRound === true) === round)) {
        const { id } = await world.graph.deliver(SIM_MAILBOX, mail.raw);
        delivered.set(id, { name: mail.name, id, expected: mail.expected });
      }
      await work();
    }
  }
  await work();
  let good = unreadable === 0;
  for (const { name, id, expected } of delivered.values()) {
    const finish = ends.get(id);
    const asExpected = finish !== undefined &&
      (expected === null ? finish.outcome !== "failed" : finish.outcome === expected);
    good &&= asExpected;
    options.write(line(name, finish, asExpected || expected === null ? "" : `  (expected: ${expected})`));
  }
  const sent = world.graph.outbox.length;
  if (!own) good = await roundTrip(world, bridge, { ...options, worker, patienceMs: PATIENCE_MS }) && good;
  options.write("");
  options.write(`${delivered.size} mails, ${world.store.issues().length} issues, ${sent} acknowledgements.`);
  return good;
}

/** One's own files, each delivered to the simulated mailbox as it is. Returns how many could not be. */
async function deliverFiles(world: SimWorld, options: DemoOptions, delivered: Map<string, Delivered>): Promise<number> {
  let unreadable = 0;
  for (const file of await mailFiles(options.eml)) {
    try {
      const raw = await Deno.readFile(file);
      await parseMail(raw);
      const { id } = await world.graph.deliver(SIM_MAILBOX, raw);
      delivered.set(id, { name: file, id, expected: null });
    } catch (error) {
      unreadable++;
      options.write(`unreadable  ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return unreadable;
}

function line(name: string, finish: Finish | undefined, remark: string): string {
  if (finish === undefined) return `no outcome   ${name}${remark}`;
  const issue = (finish.issue?.key ?? "").padEnd(7);
  const filter = finish.filter === null ? "" : `[${finish.filter}] `;
  return `${finish.outcome.padEnd(9)}  ${issue} ${name}: ${filter}${finish.reason}${remark}`;
}
