/** `service`: the program under the operating system's own service manager. */

import { posix } from "node:path";
import type { Environment } from "../config/environment.ts";
import { ConfigError } from "../core/errors.ts";
import { type FactsOptions, serviceFacts } from "./service/facts.ts";
import type { Job, ServiceSystem } from "./service/jobs.ts";
import { launchdManager } from "./service/launchd_manager.ts";
import { plistOf } from "./service/launchd.ts";
import type { JobStatus, ServiceManager } from "./service/manager.ts";
import { unitsOf } from "./service/systemd.ts";
import { systemdManager } from "./service/systemd_manager.ts";
import { taskXml } from "./service/windows_task.ts";
import { windowsManager } from "./service/windows_manager.ts";

export type { JobStatus } from "./service/manager.ts";

export type ServiceOptions = Omit<FactsOptions, "system" | "complete">;

/** What would be installed for a job. Several unit files stand under the path of each, as `systemctl cat` shows them. */
export function printService(system: ServiceSystem, job: Job, options: ServiceOptions): string {
  const facts = serviceFacts({ ...options, system, complete: false });
  if (system === "windows") return taskXml(job, facts);
  if (system === "launchd") return plistOf(job, facts);
  const units = unitsOf(job, facts);
  if (units.length === 1) return units[0]!.text;
  const folder = options.user ? "~/.config/systemd/user" : SYSTEM_UNITS;
  return units.map(({ name, text }) => `# ${folder}/${name}\n${text}`).join("\n");
}

export interface Installed {
  readonly lines: readonly string[];
  /** Whether the service has every right on the machine, without need. */
  readonly asRoot: boolean;
}

/** Throws `ConfigError` if a setting is missing that the service needs, or the right to install it. */
export async function installService(options: ServiceOptions): Promise<Installed> {
  const { system, manager } = hostManager("install", options);
  const facts = serviceFacts({ ...options, system, complete: true });
  const lines = await manager.install(facts);
  return { lines, asRoot: system !== "windows" && facts.scope === "system" && facts.account === "root" };
}

export async function uninstallService(options: Pick<ServiceOptions, "user" | "environment">): Promise<string[]> {
  return await hostManager("uninstall", options).manager.uninstall();
}

export async function serviceStatus(options: Pick<ServiceOptions, "user" | "environment">): Promise<JobStatus[]> {
  return await hostManager("status", options).manager.status();
}

const SYSTEM_UNITS = "/etc/systemd/system";

function hostManager(
  what: "install" | "uninstall" | "status",
  { user, environment }: { readonly user: boolean; readonly environment: Environment },
): { system: ServiceSystem; manager: ServiceManager } {
  const { os } = Deno.build;
  if (os === "windows") {
    if (user) {
      throw new ConfigError([{ name: "--user", problem: "is not known on Windows: a task always runs as an account" }]);
    }
    return { system: "windows", manager: windowsManager() };
  }
  if (what !== "status" && !user && ownUid() !== 0) {
    const problem =
      `needs root for a service of the system: sudo o365-connect service ${what}; or with --user for this ` +
      "account alone";
    throw new ConfigError([{ name: `service ${what}`, problem }]);
  }
  const home = environment.env.HOME ?? "";
  if (os === "darwin") {
    const folder = user ? posix.join(home, "Library/LaunchAgents") : "/Library/LaunchDaemons";
    return { system: "launchd", manager: launchdManager({ domain: user ? `gui/${ownUid()}` : "system", folder }) };
  }
  const own = environment.env.XDG_CONFIG_HOME || posix.join(home, ".config");
  return {
    system: "systemd",
    manager: systemdManager({ user, folder: user ? posix.join(own, "systemd/user") : SYSTEM_UNITS }),
  };
}

/** Our user id, seen on a file of ours: to ask for it needs a permission that nothing else needs. */
function ownUid(): number | null {
  const file = Deno.makeTempFileSync({ prefix: "o365-connect-" });
  try {
    return Deno.statSync(file).uid;
  } finally {
    Deno.removeSync(file);
  }
}
