/** `--foreign`: that the app may not read a mailbox that is not its own. */

import { HttpError } from "../../core/errors.ts";
import { sameAddress } from "../../core/mail.ts";
import type { GraphService } from "../../graph/graph.ts";
import { EXIT } from "../exit_codes.ts";
import { isClosedMailbox, isNoMailbox } from "../graph_refusals.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { findingOf } from "./failure.ts";

export const FOREIGN_CHECK = "foreign-mailbox";

/** Only a refusal proves anything; `foreign` `null`: nothing was asked for. `ours`: the configured mailboxes. */
export async function examineForeign(
  graph: GraphService,
  { foreign, ours }: { readonly foreign: string | null; readonly ours: readonly string[] },
  signal: AbortSignal,
): Promise<DoctorCheck> {
  if (foreign === null) {
    return passed(
      FOREIGN_CHECK,
      "Not proved: whether the app may read other mailboxes than ours.",
      "Run it with --foreign and the address of a mailbox that the app must not read.",
    );
  }
  if (ours.some((mailbox) => sameAddress(mailbox, foreign))) {
    return failed(FOREIGN_CHECK, {
      detail: `Not proved: ${foreign} is one of O365_PRINCIPAL.`,
      remedy: "Name a mailbox with --foreign that the app must not read.",
      code: EXIT.usage,
    }, foreign);
  }
  try {
    await graph.mailFolder(foreign, "inbox", signal);
    return failed(FOREIGN_CHECK, {
      detail: `The app can read the Inbox of ${foreign}, and so most likely every mailbox of the tenant.`,
      remedy:
        "Limit it to its mailbox by RBAC for Applications (the commands: o365-connect init, step 3), and remove the " +
        "consent to Mail.ReadWrite and Mail.Send in Entra ID: grants add up. It takes up to two hours to count.",
      code: EXIT.credentials,
    }, foreign);
  } catch (error) {
    if (error instanceof HttpError && isNoMailbox(error)) {
      return failed(FOREIGN_CHECK, {
        detail: `Not proved: there is no mailbox ${foreign}.`,
        remedy: "Name a mailbox with --foreign that exists and that the app must not read.",
        code: EXIT.usage,
      }, foreign);
    }
    if (error instanceof HttpError && isClosedMailbox(error)) {
      return passed(
        FOREIGN_CHECK,
        `Microsoft Graph refuses the app the Inbox of ${foreign} (${error.status} ${error.code}).`,
        "",
        foreign,
      );
    }
    return failed(FOREIGN_CHECK, findingOf(error), foreign);
  }
}
