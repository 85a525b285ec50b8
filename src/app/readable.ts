/** Whether Graph lets us read the configured mailboxes, and what to do if it does not. */

import type { Config } from "../config/config.ts";
import { ConfigError, CredentialsError, HttpError } from "../core/errors.ts";
import { sameAddress } from "../core/mail.ts";
import type { GraphService } from "../graph/graph.ts";
import { isClosedMailbox, isNoMailbox } from "./graph_refusals.ts";

/** A mailbox that Graph does not let us read. */
export interface Unreadable {
  readonly mailbox: string;
  readonly error: HttpError;
}

/** Who asks: the app itself, or a signed-in user (`null`: it is not known which). */
export type Asker = { readonly app: true } | { readonly username: string | null };

/** Who asks with this configuration. */
export function askerOf({ graph }: Pick<Config, "graph">): Asker {
  return graph?.grantType === "client-credentials" ? { app: true } : { username: null };
}

/** Reads each mailbox's Inbox. Throws what is no refusal. */
export async function unreadableOf(
  graph: Pick<GraphService, "mailFolder">,
  mailboxes: readonly string[],
  signal: AbortSignal,
): Promise<Unreadable[]> {
  const results = await Promise.all(mailboxes.map(async (mailbox): Promise<Unreadable[]> => {
    try {
      await graph.mailFolder(mailbox, "inbox", signal);
      return [];
    } catch (error) {
      if (error instanceof HttpError && (isNoMailbox(error) || isClosedMailbox(error))) return [{ mailbox, error }];
      throw error;
    }
  }));
  return results.flat();
}

/** Throws for the mailboxes that cannot be read: wrong addresses first, for they can only be mended in the configuration. */
export function refuseUnreadable(found: readonly Unreadable[], asker: Asker): void {
  if (found.length === 0) return;
  const missing = found.filter(({ error }) => isNoMailbox(error));
  if (missing.length > 0) {
    throw new ConfigError(missing.map(({ mailbox, error }) => ({
      name: "O365_PRINCIPAL",
      problem: `${mailbox} is no mailbox in Exchange Online (${error.code}): expected its primary address`,
    })));
  }
  const names = found.map(({ mailbox }) => mailbox).join(", ");
  throw new CredentialsError("graph", "app" in asker ? closedToApp(names) : closedToAccount(names, asker.username), {
    cause: found[0]!.error,
  });
}

function closedToApp(mailboxes: string): string {
  return `The app may not read ${mailboxes}: Entra admin center › App registrations › your app › API permissions › ` +
    "Add a permission › Microsoft Graph › Application permissions › Mail.ReadWrite and Mail.Send, then Grant admin " +
    "consent; if an Exchange role or application access policy limits the app, put the mailbox into its scope " +
    "(changes take up to 2 hours)";
}

function closedToAccount(mailboxes: string, username: string | null): string {
  if (username === null) {
    return `The account that signed in may not read ${mailboxes}: run \`o365-connect authorize\` again and sign in as ` +
      "the mailbox's own account";
  }
  return sameAddress(mailboxes, username)
    ? `${username} may not read its own mailbox: sign in again and accept Mail.ReadWrite and Mail.Send`
    : `Signed in as ${username}, who may not read ${mailboxes}: run \`o365-connect authorize\` again and sign in as ` +
      "the mailbox's own account; or give this account the mailbox (Exchange admin center › Mailboxes › the mailbox › " +
      'Delegation › Read and manage, and Send as) and set O365_SCOPES="Mail.ReadWrite.Shared Mail.Send.Shared"';
}
