/** Any error as a finding: what happened, what to click or set, and of which kind it is. */

import {
  ConfigError,
  CredentialsError,
  type Destination,
  DESTINATION_NAMES,
  errorText,
  HttpError,
  NetworkError,
  SchemaError,
  StateError,
} from "../../core/errors.ts";
import { EXIT } from "../exit_codes.ts";
import { exitOfError } from "../exit_of_error.ts";
import { isNoMailbox } from "../graph_refusals.ts";
import type { CheckCode, Finding } from "./check.ts";

export function findingOf(error: unknown): Finding {
  const code = codeOf(error);
  if (error instanceof ConfigError) {
    const names = [...new Set(error.problems.map(({ name }) => name))].join(", ");
    return { detail: sentence(error.message.replaceAll("\n", "; ")), remedy: `Correct ${names}.`, code };
  }
  if (error instanceof CredentialsError) return { ...advice(error), code };
  if (error instanceof StateError) return { detail: sentence(error.message), remedy: STATE_REMEDIES[error.kind], code };
  if (error instanceof HttpError) return { ...ofAnswer(error), code };
  if (error instanceof NetworkError) return { detail: sentence(error.message), remedy: ofNetwork(error), code };
  if (error instanceof SchemaError) {
    const remedy = `Check ${HOSTS[error.destination]}, and what stands between: a proxy or gateway may have answered.`;
    return { detail: sentence(error.message), remedy, code };
  }
  return { detail: sentence(errorText(error)), remedy: "Run it again with --debug and report what it prints.", code };
}

/** Text with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function codeOf(error: unknown): CheckCode {
  if (error instanceof HttpError && isNoMailbox(error)) return EXIT.usage;
  const code = exitOfError(error);
  return code === EXIT.usage || code === EXIT.credentials ? code : EXIT.unexpected;
}

/** Where each destination is set. */
const HOSTS: Readonly<Record<Destination, string>> = {
  entra: "O365_ID_PROVIDER",
  graph: "O365_GRAPH_URL",
  jira: "JIRA_PLATFORM_URL",
};

/** Where the rights to each destination come from. */
const CREDENTIALS: Readonly<Record<Destination, string>> = {
  entra: "Compare O365_TENANT_ID, O365_CLIENT_ID and O365_CLIENT_SECRET (or O365_CLIENT_CERTIFICATE) with the app's " +
    "registration in the Entra admin center.",
  graph: "Entra admin center › App registrations › your app › API permissions › Microsoft Graph › Mail.ReadWrite and " +
    "Mail.Send › Grant admin consent.",
  jira:
    "Check JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN. Cloud: make a new token at id.atlassian.com › Security › API " +
    "tokens; Server: profile › Personal access tokens.",
};

const STATE_REMEDIES: Readonly<Record<StateError["kind"], string>> = {
  readonly: "Give the account that runs this write access to the file and its folder, or set DATABASE_URI to another.",
  busy: "Another program holds the file. Close it, or wait, and run this again.",
  foreign: "Set DATABASE_URI to a file of its own.",
  newer: "Install the version of o365-connect that wrote the file, or set DATABASE_URI to another file.",
  corrupt: "Restore the file from a backup, or set DATABASE_URI to another file.",
  full: "Make room on the disk, or set DATABASE_URI to a file on another one.",
};

/**
 * What is wrong and what to click, as `auth` writes it: "what was tried: what is wrong. What to do (code)", with a colon
 * in place of the full stop where only a command is to be run.
 */
function advice({ message, destination }: CredentialsError): Pick<Finding, "detail" | "remedy"> {
  const code = message.match(/ \((AADSTS\d+|[a-z_]+)\)$/)?.[1];
  const text = code === undefined ? message : message.slice(0, -code.length - 3);
  const parts = text.match(/^(.*?)(?:\. (?=\S)|: (?=run `|Entra admin center))(.*)$/s);
  const shown = parts?.[1] ?? text;
  const detail = sentence(code === undefined ? shown : `${shown} (${code})`);
  const remedy = parts?.[2] ?? CREDENTIALS[destination];
  return { detail, remedy: sentence(remedy.charAt(0).toUpperCase() + remedy.slice(1)) };
}

function ofAnswer(error: HttpError): Pick<Finding, "detail" | "remedy"> {
  const { remedy, message, destination } = error;
  const detail = remedy === undefined ? message : message.slice(0, message.length - remedy.length - 2);
  return { detail: sentence(detail), remedy: sentence(remedy ?? defaultRemedy(error, destination)) };
}

function defaultRemedy(error: HttpError, destination: Destination): string {
  const name = DESTINATION_NAMES[destination];
  if (error.status === 429 || error.status >= 500) return `${name} is busy or out of order. Run this again later`;
  return error.status === 401 || error.status === 403
    ? CREDENTIALS[destination]
    : `Check ${HOSTS[destination]}, and with --debug what ${name} was asked`;
}

function ofNetwork({ destination, reason }: NetworkError): string {
  const host = HOSTS[destination];
  switch (reason) {
    case "refused":
    case "dns":
      return `Check ${host}, this machine's network, and HTTPS_PROXY if there is a proxy.`;
    case "tls":
      return "Put the certificate of the authority that signed it (your proxy's, or your server's) into the file that " +
        "CA_FILE names, or set DENO_TLS_CA_STORE=system.";
    case "aborted":
      return "It was stopped. Run it again.";
    default:
      return `Run it again; if it stays so, check ${host}, HTTPS_PROXY and REQUEST_TIMEOUT_SECONDS.`;
  }
}
