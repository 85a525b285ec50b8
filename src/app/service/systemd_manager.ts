/** `systemctl`: units of the system or of the user. */

import { join } from "node:path";
import { runProgram, tryProgram } from "../programs.ts";
import { type Job, JOBS, nameOf } from "./jobs.ts";
import type { JobStatus, ServiceManager } from "./manager.ts";
import { startedUnit, unitsOf } from "./systemd.ts";
import { isThere, removeFiles, withFiles } from "./unit_files.ts";

export interface SystemdOptions {
  readonly user: boolean;
  /** Folder of the unit files. */
  readonly folder: string;
}

export function systemdManager({ user, folder }: SystemdOptions): ServiceManager {
  const scope = user ? ["--user"] : [];
  const systemctl = (...args: string[]) => runProgram("systemctl", [...scope, ...args]);
  const names = JOBS.flatMap((job) => [`${nameOf(job)}.service`, ...(job === "backfill" ? [startedUnit(job)] : [])]);
  const started = JOBS.map(startedUnit);
  return {
    async install(facts) {
      const units = JOBS.flatMap((job) => unitsOf(job, facts));
      const files = units.map(({ name, text }) => ({ path: join(folder, name), text }));
      await withFiles(files, async () => {
        await systemctl("daemon-reload");
        await systemctl("enable", ...started);
        // Not `enable --now`: what runs already goes on with its old unit then.
        await systemctl("restart", ...started);
      });
      return [
        ...files.map(({ path }) => `Written: ${path}`),
        `Enabled and started: ${started.join(", ")}`,
        `Its log: journalctl ${user ? "--user " : ""}-u ${nameOf("listener")}`,
        ...(user ? ["To let it run while nobody is signed in: loginctl enable-linger"] : []),
      ];
    },
    async uninstall() {
      const paths = names.map((name) => join(folder, name));
      if (!paths.some(isThere)) return [];
      const there = started.filter((name) => isThere(join(folder, name)));
      if (there.length > 0) await systemctl("disable", "--now", ...there);
      const removed = removeFiles(paths);
      await systemctl("daemon-reload");
      return [`Stopped and disabled: ${there.join(", ")}`, ...removed.map((path) => `Removed: ${path}`)];
    },
    async status() {
      return await Promise.all(JOBS.map((job) => statusOf(job, { user, folder })));
    },
  };
}

/** `is-enabled` and `is-active` answer in one word, and end with another code than 0 for most of them. */
async function statusOf(job: Job, { user, folder }: SystemdOptions): Promise<JobStatus> {
  const name = startedUnit(job);
  if (!isThere(join(folder, name))) return { job, name, installed: false, detail: "" };
  const words: string[] = [];
  for (const question of ["is-enabled", "is-active"]) {
    const args = [...(user ? ["--user"] : []), question, name];
    const { stdout, stderr } = await tryProgram("systemctl", args);
    words.push(stdout === "" ? `${question}: ${stderr || "no answer"}` : stdout);
  }
  return { job, name, installed: true, detail: words.join(", ") };
}
