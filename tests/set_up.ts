/** What tests of whole commands begin with: a simulated tenant and Jira, a folder, and the environment that points at both. */

import { join } from "node:path";
import { SIM_MAILBOX, SimWorld, type SimWorldOptions } from "../src/app/sim_world.ts";
import type { Config } from "../src/config/config.ts";
import type { Environment } from "../src/config/environment.ts";
import type { Flags } from "../src/config/layers.ts";
import { loadConfig, type Needs } from "../src/config/load.ts";
import { systemEnvironment } from "../src/config/system_environment.ts";
import { makeCertificates } from "../src/sim/kit/certificates.ts";

export const KINDS = ["cloud", "server"] as const;
export type Kind = typeof KINDS[number];
export const SUPPORT = SIM_MAILBOX;

/** Made once: a fifth of a second. */
export const certificates = await makeCertificates();

export interface SetUpOptions extends Partial<SimWorldOptions> {
  /** On top of what points at the simulators. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One per test: nothing is shared but the certificates. Delays are those of a test. */
export class SetUp {
  private constructor(
    readonly world: SimWorld,
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open({ env = {}, ...options }: SetUpOptions = {}): Promise<SetUp> {
    const world = await SimWorld.start({ kind: "cloud", certificates, ...options });
    const folder = await Deno.makeTempDir({ prefix: "o365-connect-test-" });
    await Deno.writeTextFile(join(folder, "ca.pem"), world.ca);
    return new SetUp(world, folder, {
      ...world.environment("ca.pem"),
      DATABASE_URI: "sqlite:///state.db",
      RECONCILE_DELAY_SECONDS: "1",
      REQUEST_TIMEOUT_SECONDS: "10",
      POLL_INTERVAL_SECONDS: "1",
      ...env,
    });
  }

  /** The folder as the working directory, and nothing of this process's own environment. */
  environment(env: Readonly<Record<string, string>> = {}): Environment {
    return {
      ...systemEnvironment(),
      env: { ...this.env, ...env },
      workingDirectory: this.folder,
      executableDirectory: null,
    };
  }

  config(env: Readonly<Record<string, string>> = {}, flags: Flags = {}, needs: Needs = EVERYTHING): Config {
    return loadConfig({ flags, needs }, this.environment(env));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.stop();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What the commands need that do the job. */
export const EVERYTHING: Needs = { graph: true, jira: true, state: true };
