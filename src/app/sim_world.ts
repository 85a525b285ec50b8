/** The simulated world as one piece: tenant, mailbox, Jira, and the environment that points a client at them. */

import { EntraSim } from "../sim/entra/entra_sim.ts";
import { TokenRegistry } from "../sim/entra/tokens.ts";
import { GraphSim } from "../sim/graph/graph_sim.ts";
import { JiraCloudSim, JiraServerSim, JiraStore } from "../sim/jira/mod.ts";
import { makeCertificates } from "../sim/kit/certificates.ts";

export interface SimWorldOptions {
  readonly kind: "cloud" | "server";
  readonly mailboxes?: readonly { readonly address: string; readonly displayName?: string }[];
  /** Ports of Entra ID, Graph and Jira; default: free ones. */
  readonly ports?: { readonly entra?: number; readonly graph?: number; readonly jira?: number };
  /** Full validation of ADF against Atlassian's schema (slower to start); default built-in. */
  readonly strict?: boolean;
}

const TENANT = "11111111-2222-3333-4444-555555555555";
const CLIENT = "66666666-7777-8888-9999-000000000000";
const SECRET = "simulated-client-secret";
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
  ) {
    this.store = jira.store;
  }

  static async start(options: SimWorldOptions): Promise<SimWorld> {
    const certificates = await makeCertificates();
    const tls = { cert: certificates.cert, key: certificates.key };
    const tokens = new TokenRegistry();
    const mailboxes = options.mailboxes ?? [{ address: SIM_MAILBOX, displayName: "Support" }];
    const { ports = {} } = options;
    const entra = new EntraSim({
      tls,
      tokens,
      ...(ports.entra === undefined ? {} : { port: ports.entra }),
      tenants: [{
        id: TENANT,
        domains: ["example.com"],
        users: mailboxes.map(({ address }) => ({ address })),
        apps: [{
          clientId: CLIENT,
          secrets: [{ value: SECRET }],
          applicationPermissions: ["Mail.ReadWrite", "Mail.Send"],
          delegatedPermissions: ["Mail.ReadWrite", "Mail.Send", "User.Read"],
        }],
      }],
    });
    const graph = new GraphSim({ tls, tokens, mailboxes, ...(ports.graph === undefined ? {} : { port: ports.graph }) });
    const store = new JiraStore({ format: options.kind === "cloud" ? "adf" : "wiki" });
    store.createProject({ key: "SUP", name: "Support" });
    store.createBoard("support", ["SUP"]);
    const port = ports.jira === undefined ? {} : { port: ports.jira };
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
    );
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
      O365_CLIENT_ID: CLIENT,
      O365_CLIENT_SECRET: SECRET,
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
