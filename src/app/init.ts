/** `init`: a `.env` that its owner alone can read, and what is to be done in the tenant and in Jira. */

import { dirname } from "node:path";
import type { Environment } from "../config/environment.ts";
import { resolvePath } from "../config/environment.ts";
import { VARIABLES } from "../config/schema.ts";
import { ConfigError } from "../core/errors.ts";
import { exists } from "../state/copy.ts";
import { tenantCommands } from "./init/commands.ts";
import { givenSettings, missingNames, type Settings, settingsFile } from "./init/settings.ts";
import { createPrivateFile } from "./private_file.ts";

export { problemOf, type Settings } from "./init/settings.ts";

export interface Prepared {
  /** Absolute path of the file to be written. */
  readonly path: string;
  /** What options and environment tell already; answers are added to it. */
  readonly settings: Settings;
}

/**
 * Looks whether the file can be made, and gathers what is given. Throws `ConfigError`, before anything is asked, for a
 * file that exists and for every wrong value.
 */
export function prepareInit(
  output: string,
  flags: Parameters<typeof givenSettings>[0]["flags"],
  environment: Environment,
): Prepared {
  const path = resolvePath(environment, environment.workingDirectory, output);
  if (exists(path)) {
    const problem = "exists already and is never overwritten: edit it, or name another file with --output";
    throw new ConfigError([{ name: path, problem }]);
  }
  return { path, settings: givenSettings({ flags, environment, directory: dirname(path) }) };
}

/** Writes the file; returns the variables whose value is still to be filled in. */
export async function writeSettings({ path, settings }: Prepared, environment: Environment): Promise<string[]> {
  const { USERDOMAIN, USERNAME } = environment.env;
  await createPrivateFile(path, settingsFile(settings), {
    windows: environment.windows,
    windowsUser: USERDOMAIN === undefined ? `${USERNAME}` : `${USERDOMAIN}\\${USERNAME}`,
  });
  return missingNames(settings);
}

/** The commands for the tenant and the way to Jira's token. No secret is in them. */
export function commandsFor(settings: Settings): string[] {
  return tenantCommands({
    tenant: settings.get("O365_TENANT_ID") ?? null,
    clientId: settings.get("O365_CLIENT_ID") ?? null,
    mailboxes: settings.get("O365_PRINCIPAL")?.split(",").map((address) => address.trim()).filter(Boolean) ?? [],
    authority: settings.get("O365_ID_PROVIDER") ?? VARIABLES.O365_ID_PROVIDER.default,
    certificate: settings.has("O365_CLIENT_CERTIFICATE"),
    jiraUrl: settings.get("JIRA_PLATFORM_URL") ?? null,
  });
}
