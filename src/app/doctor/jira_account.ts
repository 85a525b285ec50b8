/** Jira as such: who answers, as whom it knows us, and what it takes from everybody. */

import type { Config, JiraConfig } from "../../config/config.ts";
import { HttpError } from "../../core/errors.ts";
import type { Http } from "../../core/http_port.ts";
import { isOneOf } from "../../filtering/addresses.ts";
import type { JiraClient, Myself, ServerInfo } from "../../jira/client.ts";
import { EXIT } from "../exit_codes.ts";
import { jiraFor } from "../runtime.ts";
import { type DoctorCheck, failed, notRun, passed } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { findingOf } from "./failure.ts";

/** What the first questions to Jira brought. */
export interface JiraAccount {
  readonly connection: DoctorCheck;
  readonly login: DoctorCheck;
  readonly clock: DoctorCheck;
  /** `null`: one of the checks failed. */
  readonly loggedIn: { readonly client: JiraClient; readonly me: Myself } | null;
}

/** The names of its checks, in the order of the report. */
export const ACCOUNT_CHECKS = ["jira-connection", "jira-login", "clock-jira"] as const;

export async function examineAccount(jira: JiraConfig, http: Http, signal: AbortSignal): Promise<JiraAccount> {
  let connected: { readonly client: JiraClient; readonly info: ServerInfo };
  let clock: DoctorCheck;
  try {
    connected = await jiraFor(jira, http, signal);
    clock = jiraClock(connected.info);
  } catch (error) {
    return unconnected(jira, error);
  }
  const { client, info } = connected;
  const name = client.kind === "cloud" ? "Jira Cloud" : `Jira ${info.version} (Server/Data Center)`;
  const connection = passed("jira-connection", `${name} answers at ${jira.url}.`);
  try {
    const me = await client.myself(signal);
    const login = passed("jira-login", `Logged in as ${me.user.displayName}.`);
    return { connection, login, clock, loggedIn: { client, me } };
  } catch (error) {
    return { connection, login: loginFailed(error), clock, loggedIn: null };
  }
}

function loginFailed(error: unknown): DoctorCheck {
  const finding = findingOf(error);
  const refused = error instanceof HttpError &&
    (error.credentialsRefused || error.status === 401 || error.status === 403);
  if (!refused) return failed("jira-login", finding);
  const detail = `Jira does not accept the credential: ${finding.detail}`;
  return failed("jira-login", { ...finding, detail, code: EXIT.credentials });
}

/** Server asks for the credential at once: then something that is Jira did answer. */
function unconnected({ url }: JiraConfig, error: unknown): JiraAccount {
  const isLogin = error instanceof HttpError && (error.credentialsRefused || error.status === 401);
  const connection = isLogin
    ? passed("jira-connection", `Jira answers at ${url}.`)
    : failed("jira-connection", findingOf(error));
  const login = isLogin ? loginFailed(error) : notRun("jira-login", connection);
  return { connection, login, clock: notRun("clock-jira", isLogin ? login : connection), loggedIn: null };
}

function jiraClock({ serverTime }: ServerInfo): DoctorCheck {
  const theirs = Date.parse(serverTime ?? "");
  if (Number.isNaN(theirs)) return passed("clock-jira", "Not proved: Jira does not tell its time.");
  return clockCheck("clock-jira", "Jira", theirs - Date.now());
}

/**
 * That Jira's own user has no address of ours: Jira would write to the mailbox about what we do, and our own mail would
 * be taken for a user's.
 */
export async function examineOwnUser(
  config: Config,
  { client, me }: { readonly client: JiraClient; readonly me: Myself },
  signal: AbortSignal,
): Promise<DoctorCheck> {
  const check = "jira-own-user";
  const { displayName } = me.user;
  const ours = [...config.mailboxes, ...config.addresses];
  try {
    const address = me.emailAddress === null
      ? await addressFound(client, me, ours, signal)
      : isOneOf(me.emailAddress, ours)
      ? me.emailAddress
      : null;
    if (address === null) return passed(check, `${displayName} has no address of the configured mailboxes.`);
    return failed(check, {
      detail:
        `${displayName} has the address ${address}, which is one of the mailboxes: Jira would mail into it about ` +
        "every change that is made from its mail.",
      remedy:
        "Make an account with an address of its own in Jira for this program, give it the project's permissions, " +
        "and put it into JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN (or give this account another address).",
      code: EXIT.usage,
    });
  } catch (error) {
    return failed(check, findingOf(error));
  }
}

/** Jira keeps the address to itself: the address of ours by which it finds this user. */
async function addressFound(client: JiraClient, me: Myself, ours: readonly string[], signal: AbortSignal) {
  const found = await Promise.all(ours.map(async (address) => {
    const user = await client.findUser(address, signal).catch(nobodyIfClosed);
    return user?.id === me.user.id ? address : null;
  }));
  return found.find((address) => address !== null) ?? null;
}

function nobodyIfClosed(error: unknown): null {
  if (error instanceof HttpError && !error.credentialsRefused && [400, 403, 404].includes(error.status)) return null;
  throw error;
}

const MEGABYTE = 1024 * 1024;

export async function examineAttachments(
  config: Config,
  { client }: { readonly client: JiraClient },
  signal: AbortSignal,
): Promise<DoctorCheck> {
  const check = "jira-attachments";
  try {
    const { enabled, uploadLimit } = await client.attachmentMeta(signal);
    if (!enabled) {
      return failed(check, {
        detail: "Attachments are switched off in Jira: issues would only name the attachments of a mail.",
        remedy: client.kind === "cloud"
          ? "Jira › Settings › System › Attachments › Edit settings › Allow attachments."
          : "Jira administration › System › Advanced › Attachments › Edit settings › Allow attachments.",
        code: EXIT.unexpected,
      });
    }
    const limit = Number.isFinite(uploadLimit) ? `up to ${megabytes(uploadLimit)} MB each` : "of any size";
    const ours = config.mail.attachmentMaxBytes;
    const tooHigh = ours !== null && ours > uploadLimit;
    const remedy = tooHigh
      ? `ATTACHMENT_MAX_MB is above Jira's limit, which counts. Set it to ${megabytes(uploadLimit)}.`
      : "";
    return passed(check, `Jira takes attachments ${limit}.`, remedy);
  } catch (error) {
    return failed(check, findingOf(error));
  }
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / MEGABYTE * 100) / 100;
}
