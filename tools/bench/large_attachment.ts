/** One mail with a very large attachment: passed on byte for byte, and with how much memory. */

import { createHash } from "node:crypto";
import { SIM_MAILBOX } from "../../src/app/sim_world.ts";
import { randomBytes, rawMail } from "./mails.ts";
import { type Program, runWell } from "./program.ts";
import { BenchWorld } from "./world.ts";

export interface Passed {
  readonly seconds: number;
  readonly peakMb: number | null;
}

/** Throws unless what lies in Jira has the SHA-256 of what was sent. */
export async function passLargeAttachment(
  program: Program,
  kind: "cloud" | "server",
  bytes: number,
): Promise<Passed> {
  await using world = await BenchWorld.open(kind, { graphMs: 0, jiraMs: 0 });
  const { sim } = world;
  sim.store.uploadLimit = 2 * bytes;
  const file = { name: "plan.bin", bytes: randomBytes(bytes) };
  const since = new Date(Date.now() - 60_000).toISOString();
  await sim.graph.deliver(SIM_MAILBOX, rawMail(1, file));
  const ended = await runWell(program, ["handle-incoming-events", "--once", "--since", since], world.env, world.folder);
  const stored = sim.store.issues().flatMap(({ attachments }) => attachments);
  if (stored.length !== 1 || sha256(stored[0]!.bytes) !== sha256(file.bytes)) {
    const found = stored.map((one) => `${one.filename} of ${one.bytes.length} bytes`).join(", ") || "nothing";
    throw new Error(`of ${file.name}, ${bytes} bytes, Jira has ${found}`);
  }
  return { seconds: ended.ms / 1000, peakMb: ended.peakMb };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
