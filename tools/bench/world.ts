/** A simulated world for one measurement, with a temporary folder and the settings that point the program at it. */

import { join } from "node:path";
import { SimWorld } from "../../src/app/sim_world.ts";

export interface Latencies {
  readonly graphMs: number;
  readonly jiraMs: number;
}

export class BenchWorld {
  private constructor(
    readonly sim: SimWorld,
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open(kind: "cloud" | "server", { graphMs, jiraMs }: Latencies): Promise<BenchWorld> {
    const sim = await SimWorld.start({ kind });
    sim.graph.latencyMs = graphMs;
    sim.jira.latencyMs = jiraMs;
    const folder = await Deno.makeTempDir({ prefix: "o365-connect-bench-" });
    const caFile = join(folder, "ca.pem");
    await Deno.writeTextFile(caFile, sim.ca);
    const database = `sqlite:///${join(folder, "bench.db").replaceAll("\\", "/")}`;
    return new BenchWorld(sim, folder, { ...sim.environment(caFile), DATABASE_URI: database });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sim.stop();
    await Deno.remove(this.folder, { recursive: true });
  }
}
