/** A simulated tenant and Jira, all over HTTPS, and the doctor in it. */

import type { Config } from "../../src/config/config.ts";
import type { Environment } from "../../src/config/environment.ts";
import type { Flags } from "../../src/config/layers.ts";
import { type DoctorCheck, type DoctorOptions, type DoctorReport, runDoctor } from "../../src/app/doctor.ts";
import { SIM_SECRET, type SimWorldOptions } from "../../src/app/sim_world.ts";
import { certificates, type Kind, KINDS, SetUp, SUPPORT } from "../set_up.ts";

export { certificates, type Kind, KINDS, SUPPORT };
export const OTHER = "other@example.com";
export const SECRET = SIM_SECRET;
const EXPIRED_SECRET = "an-old-secret";

export interface WorldOptions extends Pick<SimWorldOptions, "app" | "access" | "mailboxes" | "project"> {
  readonly kind?: Kind;
  readonly env?: Readonly<Record<string, string>>;
}

/** One per test: nothing is shared but the certificates. */
export class World {
  private constructor(private readonly setUp: SetUp) {}

  /** One mailbox is configured, another exists beside it. */
  static async open({ env = {}, app = {}, ...options }: WorldOptions = {}): Promise<World> {
    const granted = ["Mail.ReadWrite", "Mail.Send"];
    return new World(
      await SetUp.open({
        mailboxes: [{ address: SUPPORT }, { address: OTHER }],
        jiraHttps: true,
        ...options,
        app: {
          secrets: [{ value: SECRET }, { value: EXPIRED_SECRET, expiresAt: 1 }],
          delegatedPermissions: granted,
          ...app,
        },
        env: { O365_PRINCIPAL: SUPPORT, JIRA_DEFAULT_BOARD: "", ...env },
      }),
    );
  }

  get kind(): Kind {
    return this.setUp.world.kind;
  }

  get entra() {
    return this.setUp.world.entra;
  }

  get graph() {
    return this.setUp.world.graph;
  }

  get jira() {
    return this.setUp.world.jira;
  }

  get folder(): string {
    return this.setUp.folder;
  }

  get env(): Readonly<Record<string, string>> {
    return this.setUp.env;
  }

  /** What tokens of the app allow that are issued from now on. */
  consent(permissions: readonly string[]): void {
    this.setUp.world.consent(permissions);
  }

  environment(env: Readonly<Record<string, string>> = {}): Environment {
    return this.setUp.environment(env);
  }

  config(env: Readonly<Record<string, string>> = {}, flags: Flags = {}): Config {
    return this.setUp.config(env, flags, { graph: true, jira: false, state: true, mail: false });
  }

  /** `env`: on top of the world's own. */
  async doctor(
    env: Readonly<Record<string, string>> = {},
    asked: Pick<DoctorOptions, "send" | "arrivalMs" | "foreign"> = {},
  ): Promise<Examination> {
    const signal = AbortSignal.timeout(60_000);
    const report = await runDoctor({ flags: {}, environment: this.environment(env), signal, ...asked });
    for (const secret of [SECRET, EXPIRED_SECRET, this.env.JIRA_PLATFORM_TOKEN!]) {
      if (JSON.stringify(report).includes(secret)) throw new Error("the report tells a secret");
    }
    return new Examination(report);
  }

  /** Drafts of the mailbox, and what went through its bin. */
  leftBehind(): number {
    return ["drafts", "deleteditems"].reduce((sum, name) => sum + this.graph.messages(SUPPORT, name).length, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.setUp[Symbol.asyncDispose]();
  }
}

/** A report, as tests look at it. */
export class Examination {
  constructor(readonly report: DoctorReport) {}

  /** The only check of that name. */
  check(name: string): DoctorCheck {
    const found = this.report.checks.filter(({ check }) => check === name);
    if (found.length !== 1) throw new Error(`${found.length} checks named ${name}: ${this.text()}`);
    return found[0]!;
  }

  /** Names of the checks that failed themselves, without those that could not be run because of them. */
  failures(): string[] {
    return this.report.checks.filter(({ ok, detail }) => !ok && !detail.startsWith("Not checked")).map(({ check }) =>
      check
    );
  }

  notRun(): string[] {
    return this.report.checks.filter(({ detail }) => detail.startsWith("Not checked")).map(({ check }) => check);
  }

  text(): string {
    return this.report.checks.map(({ check, ok, detail, remedy }) =>
      `${ok ? "ok" : "NO"} ${check}: ${detail} ${remedy}`
    )
      .join("\n");
  }
}
