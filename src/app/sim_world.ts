/** The simulated world as one piece: tenant, mailbox, Jira, and the environment that points a client at them. */

import { EntraSim } from "../sim/entra/entra_sim.ts";
import type { AppRegistration } from "../sim/entra/nouns.ts";
import { TokenRegistry } from "../sim/entra/tokens.ts";
import { GraphSim, type GraphSimOptions } from "../sim/graph/graph_sim.ts";
import { JiraCloudSim, JiraServerSim, JiraStore, type NewProject } from "../sim/jira/mod.ts";
import { type Certificates, makeCertificates } from "../sim/kit/certificates.ts";

export interface SimWorldOptions {
  readonly kind: "cloud" | "server";
  readonly mailboxes?: GraphSimOptions["mailboxes"];
  /** Who may reach which mailbox, beside the app's permissions. */
  readonly access?: Pick<GraphSimOptions, "rbac" | "accessPolicies">;
  /** What the app registration has beside its client id and secret. */
  readonly app?: Partial<AppRegistration>;
  /** What the project `SUP` has beside its name. */
  readonly project?: Partial<NewProject>;
  /** Ports of Entra ID, Graph and Jira; default: free ones. */
  readonly ports?: { readonly entra?: number; readonly graph?: number; readonly jira?: number };
  /** Full validation of ADF against Atlassian's schema (slower to start); default built-in. */
  readonly strict?: boolean;
  /** Jira over HTTPS, too; default HTTP. */
  readonly jiraHttps?: boolean;
  /** Default: made at start. */
  readonly certificates?: Certificates;
}

const TENANT = "11111111-2222-3333-4444-555555555555";
export const SIM_SECRET = "simulated-client-secret";
export const SIM_CLIENT = "66666666-7777-8888-9999-000000000000";
export const SIM_MAILBOX = "support@example.com";

export class SimWorld {
  readonly store: JiraStore;
  private constructor(
    readonly kind: "cloud" | "server",
    /** PEM of the authority that signed the simulators' certificate. */
    readonly ca: string,
    readonly entra: EntraSim,
    readonly graph: GraphSim,
    readonly jira: JiraCloudSim | JiraServerSim,
    readonly tokens: TokenRegistry,
    readonly mailboxes: readonly string[],
    private readonly app: { -readonly [Name in keyof AppRegistration]: AppRegistration[Name] },
  ) {
    this.store = jira.store;
  }

  static async start(options: SimWorldOptions): Promise<SimWorld> {
    const certificates = options.certificates ?? await makeCertificates();
    const tls = { cert: certificates.cert, key: certificates.key };
    const tokens = new TokenRegistry();
    const mailboxes = options.mailboxes ?? [{ address: SIM_MAILBOX, displayName: "Support" }];
    const { ports = {} } = options;
    const app: AppRegistration = {
      clientId: SIM_CLIENT,
      secrets: [{ value: SIM_SECRET }],
      applicationPermissions: ["Mail.ReadWrite", "Mail.Send"],
      delegatedPermissions: ["Mail.ReadWrite", "Mail.Send", "User.Read"],
      ...options.app,
    };
    const entra = new EntraSim({
      tls,
      tokens,
      ...(ports.entra === undefined ? {} : { port: ports.entra }),
      tenants: [{
        id: TENANT,
        domains: ["example.com"],
        users: mailboxes.map(({ address }) => ({ address })),
        apps: [app],
      }],
    });
    const graph = new GraphSim({
      tls,
      tokens,
      mailboxes,
      ...options.access,
      ...(ports.graph === undefined ? {} : { port: ports.graph }),
    });
    const store = new JiraStore({ format: options.kind === "cloud" ? "adf" : "wiki" });
    store.createProject({ key: "SUP", name: "Support", ...options.project });
    store.createBoard("support", ["SUP"]);
    const port = {
      ...(ports.jira === undefined ? {} : { port: ports.jira }),
      ...(options.jiraHttps === true ? { tls } : {}),
    };
    const jira = options.kind === "cloud"
      ? new JiraCloudSim({ store, ...port, adfValidation: options.strict === true ? "schema" : "built-in" })
      : new JiraServerSim({ store, ...port });
    await Promise.all([entra.start(), graph.start(), jira.start()]);
    return new SimWorld(
      options.kind,
      certificates.ca,
      entra,
      graph,
      jira,
      tokens,
      mailboxes.map(({ address }) => address),
      app,
    );
  }

  /** The application permissions that an administrator has consented to: of tokens that are issued from now on. */
  consent(permissions: readonly string[]): void {
    this.app.applicationPermissions = permissions;
  }

  async stop(): Promise<void> {
    await Promise.all([this.entra.stop(), this.graph.stop(), this.jira.stop()]);
  }

  /** What a `.env` must say to use it. `caFile`: where {@link ca} was written. */
  environment(caFile: string): Record<string, string> {
    return {
      O365_ID_PROVIDER: this.entra.url,
      O365_GRAPH_URL: this.graph.url,
      O365_PRINCIPAL: this.mailboxes.join(","),
      O365_TENANT_ID: TENANT,
      O365_CLIENT_ID: SIM_CLIENT,
      O365_CLIENT_SECRET: SIM_SECRET,
      JIRA_PLATFORM_URL: this.jira.url,
      ...(this.kind === "cloud" ? { JIRA_PLATFORM_USER: "bot@example.com" } : {}),
      JIRA_PLATFORM_TOKEN: this.kind === "cloud" ? "cloud-token" : "server-token",
      JIRA_SUPPORT_BOARD: "support",
      JIRA_BOARDS: "JIRA_SUPPORT_BOARD",
      JIRA_DEFAULT_BOARD: "JIRA_SUPPORT_BOARD",
      CA_FILE: caFile,
    };
  }
}
