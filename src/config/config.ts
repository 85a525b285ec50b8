/** The configuration as the program uses it: checked, typed, readonly. */

import type { AutomaticAction, AutomaticKind } from "../core/decision.ts";
import type { Boards } from "./boards.ts";
import type { Secret } from "./secret.ts";

export type GrantType = "client-credentials" | "authorization-code" | "device-code";

export interface GraphConfig {
  /** Entra ID authority without tenant and without slash at its end. */
  readonly authority: string;
  /** Graph's host without version and without slash at its end. */
  readonly graphUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly grantType: GrantType;
  /** `null`: a certificate is used, or (delegated grants) the client is public. */
  readonly clientSecret: Secret | null;
  /** Private key and certificate, PEM; wins over the secret. */
  readonly certificate: Secret | null;
  /** For delegated grants; `offline_access` included. Client credentials ask for `<graphUrl>/.default`. */
  readonly scopes: readonly string[];
  readonly redirectUri: string;
}

export interface JiraConfig {
  /** Base URL with context path, without slash at its end. */
  readonly url: string;
  /** `null`: the token is sent as Bearer. */
  readonly user: string | null;
  readonly token: Secret;
  /** `JIRA_USER_MAP`: lower-case address → account. */
  readonly userMap: ReadonlyMap<string, string>;
}

/** Where issues go and what they always carry; known without asking Jira. */
export interface RoutingConfig extends Boards {
  readonly issueType: string;
  readonly labels: readonly string[];
  readonly issueFields: Readonly<Record<string, unknown>>;
}

export interface MailConfig {
  readonly whitelist: readonly string[];
  readonly blacklist: readonly string[];
  /** Only what `AUTOMATIC_MAIL` says; the defaults are `filtering`'s. */
  readonly automaticActions: Readonly<Partial<Record<AutomaticKind, AutomaticAction>>>;
  readonly quotedHistory: "drop" | "collapse" | "attach";
  readonly acknowledge: boolean;
  readonly acknowledgementsPerSenderPerHour: number;
  /** Absolute; `null`: built in. */
  readonly templatesDirectory: string | null;
  /** Bytes; `null`: Jira's limit alone. */
  readonly attachmentMaxBytes: number | null;
  readonly attachmentSkip: readonly string[];
  readonly commentVisibility: "auto" | "public" | "internal";
  readonly commentRelay: "off" | "marked" | "public";
  readonly commentMarker: string;
  readonly commentRelayDelayMs: number;
  readonly statusNotice: boolean;
  readonly automationMail: "keep" | "delete";
  readonly resolvedReply: "comment" | "reopen" | "new";
  /** Name or id; `null`: the first that fits. */
  readonly reopenTransition: string | null;
  readonly newIssueAfterMs: number;
}

export interface NetworkConfig {
  /** URL of the proxy, which may hold credentials. */
  readonly proxy: Secret | null;
  readonly noProxy: readonly string[];
  /** Certificate authorities trusted beside the built-in ones, PEM. */
  readonly certificateAuthorities: readonly string[];
  readonly requestTimeoutMs: number;
}

export interface Config {
  /** Absolute path of the state file. */
  readonly databasePath: string;
  /** Configured mailbox addresses; empty where the command needs none and none is set. */
  readonly mailboxes: readonly string[];
  /** `O365_ADDRESSES`. */
  readonly addresses: readonly string[];
  /** `null` where the command does not need Graph and it is not (correctly) configured. */
  readonly graph: GraphConfig | null;
  /** `null` where the command does not need Jira and it is not (correctly) configured. */
  readonly jira: JiraConfig | null;
  readonly routing: RoutingConfig;
  readonly mail: MailConfig;
  readonly network: NetworkConfig;
  readonly pollIntervalMs: number;
  readonly reconcileDelayMs: number;
  readonly replyTokenSecret: Secret | null;
  readonly webhookSecret: Secret | null;
  /** Private key and certificate, PEM; `null`: the webhook is served without TLS. */
  readonly webhookCertificate: Secret | null;
  readonly httpToken: Secret | null;
  /** Every secret that was given, for the redaction of logs. */
  readonly secrets: readonly Secret[];
  /** Sentences for the log: names that are not known, values that have no effect. */
  readonly warnings: readonly string[];
}
