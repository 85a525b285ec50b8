/** `simulate`: the simulated Entra ID, Graph and Jira on loopback until stopped. */

import { join } from "node:path";
import { EXIT } from "./exit_codes.ts";
import { SimWorld } from "./sim_world.ts";

export interface SimulateOptions {
  readonly kind: "cloud" | "server";
  readonly write: (line: string) => void;
  readonly stop: AbortSignal;
  readonly ports?: { readonly entra?: number; readonly graph?: number; readonly jira?: number };
}

export async function runSimulate({ kind, write, stop, ports }: SimulateOptions): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "o365-connect-simulate-" });
  const world = await SimWorld.start({ kind, ...(ports === undefined ? {} : { ports }) });
  try {
    const caFile = join(folder, "simulator-ca.pem");
    await Deno.writeTextFile(caFile, world.ca);
    write("# Put this into a .env, or export it:");
    for (const [name, value] of Object.entries(world.environment(caFile))) write(`${name}=${value}`);
    write(`# Issues: ${world.jira.url}/`);
    write(
      `# Deliver a mail: curl --cacert ${caFile} --data-binary @mail.eml ${world.graph.url}/_sim/mailboxes/${
        world.mailboxes[0]
      }/messages`,
    );
    write("# Stop with Ctrl-C.");
    if (!stop.aborted) {
      await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
    }
    return EXIT.done;
  } finally {
    await world.stop();
    await Deno.remove(folder, { recursive: true });
  }
}
