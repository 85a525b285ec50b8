/** A simulated tenant and Jira, all over HTTPS, and the real configuration that points at them. */

import { join } from "node:path";
import type { Config } from "../../src/config/config.ts";
import type { Environment } from "../../src/config/environment.ts";
import type { Flags } from "../../src/config/layers.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type DoctorCheck, type DoctorReport, runDoctor } from "../../src/app/doctor.ts";
import { EntraSim } from "../../src/sim/entra/entra_sim.ts";
import type { AppRegistration } from "../../src/sim/entra/nouns.ts";
import { TokenRegistry } from "../../src/sim/entra/tokens.ts";
import { GraphSim, type GraphSimOptions } from "../../src/sim/graph/graph_sim.ts";
import { JiraCloudSim, JiraServerSim, JiraStore, type NewProject } from "../../src/sim/jira/mod.ts";
import { makeCertificates } from "../../src/sim/kit/certificates.ts";

export const KINDS = ["cloud", "server"] as const;
export type Kind = typeof KINDS[number];
export const SUPPORT = "support@example.com";
export const OTHER = "other@example.com";
export const SECRET = "the~client~secret~of~the~app";
const TENANT = "99999999-8888-7777-6666-555555555555";
const APP = "11111111-2222-3333-4444-555555555555";
const JIRA_TOKENS = { cloud: "cloud-token", server: "server-token" };

export const certificates = await makeCertificates();

export interface WorldOptions {
  readonly kind?: Kind;
  readonly env?: Readonly<Record<string, string>>;
  readonly app?: Partial<AppRegistration>;
  readonly graph?: Partial<Pick<GraphSimOptions, "mailboxes" | "rbac" | "accessPolicies">>;
  readonly project?: Partial<NewProject>;
}

/** One per test: nothing is shared but the certificates. */
export class World {
  private constructor(
    readonly kind: Kind,
    readonly entra: EntraSim,
    readonly graph: GraphSim,
    readonly jira: JiraCloudSim | JiraServerSim,
    readonly folder: string,
    /** What tokens of the app allow that are issued from now on. */
    readonly consent: (permissions: readonly string[]) => void,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open({ kind = "cloud", env = {}, app = {}, graph = {}, project = {} }: WorldOptions = {}) {
    const tls = { cert: certificates.cert, key: certificates.key };
    const tokens = new TokenRegistry();
    const granted = ["Mail.ReadWrite", "Mail.Send"];
    const registration: { -readonly [Name in keyof AppRegistration]: AppRegistration[Name] } = {
      clientId: APP,
      secrets: [{ value: SECRET }, { value: "an-old-secret", expiresAt: 1 }],
      applicationPermissions: granted,
      delegatedPermissions: granted,
      ...app,
    };
    const entra = new EntraSim({
      tls,
      tokens,
      tenants: [{
        id: TENANT,
        users: [{ address: SUPPORT }, { address: OTHER }],
        apps: [registration],
      }],
    });
    const mailboxes = [{ address: SUPPORT }, { address: OTHER }];
    const graphSim = new GraphSim({ tls, tokens, mailboxes, ...graph });
    const store = new JiraStore({ format: kind === "cloud" ? "adf" : "wiki" });
    store.createProject({ key: "SUP", name: "Support", ...project });
    store.createBoard("Support desk", ["SUP"]);
    const jira = kind === "cloud" ? new JiraCloudSim({ store, tls }) : new JiraServerSim({ store, tls });
    await Promise.all([entra.start(), graphSim.start(), jira.start()]);
    const folder = await Deno.makeTempDir({ prefix: "o365-connect-test-" });
    await Deno.writeTextFile(join(folder, "ca.pem"), certificates.ca);
    const consent = (permissions: readonly string[]) => void (registration.applicationPermissions = permissions);
    return new World(kind, entra, graphSim, jira, folder, consent, {
      DATABASE_URI: "sqlite:///state.db",
      O365_ID_PROVIDER: entra.url,
      O365_GRAPH_URL: graphSim.url,
      O365_PRINCIPAL: SUPPORT,
      O365_TENANT_ID: TENANT,
      O365_CLIENT_ID: APP,
      O365_CLIENT_SECRET: SECRET,
      JIRA_PLATFORM_URL: jira.url,
      ...(kind === "cloud" ? { JIRA_PLATFORM_USER: "bot@example.com" } : {}),
      JIRA_PLATFORM_TOKEN: JIRA_TOKENS[kind],
      JIRA_SUPPORT_BOARD: "support desk",
      JIRA_BOARDS: "JIRA_SUPPORT_BOARD",
      REQUEST_TIMEOUT_SECONDS: "10",
      CA_FILE: "ca.pem",
      ...env,
    });
  }

  environment(env: Readonly<Record<string, string>> = {}): Environment {
    return {
      env: { ...this.env, ...env },
      workingDirectory: this.folder,
      executableDirectory: null,
      windows: false,
      readFile(path) {
        try {
          return Deno.readFileSync(path);
        } catch (error) {
          if (error instanceof Deno.errors.NotFound) return null;
          throw error;
        }
      },
    };
  }

  config(env: Readonly<Record<string, string>> = {}, flags: Flags = {}): Config {
    const needs = { graph: true, jira: false, state: true, mail: false };
    return loadConfig({ flags, needs }, this.environment(env));
  }

  /** `env`: on top of the world's own. */
  async doctor(env: Readonly<Record<string, string>> = {}): Promise<Examination> {
    const signal = AbortSignal.timeout(60_000);
    const report = await runDoctor({ flags: {}, environment: this.environment(env), signal });
    for (const secret of [SECRET, "an-old-secret", JIRA_TOKENS[this.kind]]) {
      if (JSON.stringify(report).includes(secret)) throw new Error("the report tells a secret");
    }
    return new Examination(report);
  }

  /** Drafts of the mailbox, and what went through its bin. */
  leftBehind(): number {
    return ["drafts", "deleteditems"].reduce((sum, name) => sum + this.graph.messages(SUPPORT, name).length, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.entra.stop(), this.graph.stop(), this.jira.stop()]);
    await Deno.remove(this.folder, { recursive: true });
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
