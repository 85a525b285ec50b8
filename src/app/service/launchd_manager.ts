/** `launchctl`: daemons of the system or agents of the user. */

import { join } from "node:path";
import { runProgram, tryProgram } from "../programs.ts";
import { type Job, JOBS, nameOf } from "./jobs.ts";
import { plistOf } from "./launchd.ts";
import type { JobStatus, ServiceManager } from "./manager.ts";
import { isThere, removeFiles, withFiles } from "./unit_files.ts";

export interface LaunchdOptions {
  /** `system`, or `gui/<uid>`. */
  readonly domain: string;
  /** Folder of the property lists. */
  readonly folder: string;
}

export function launchdManager({ domain, folder }: LaunchdOptions): ServiceManager {
  const pathOf = (job: Job) => join(folder, `${nameOf(job)}.plist`);
  // Ends with another code than 0 if it is not loaded, which is what is wanted.
  const unload = (job: Job) => tryProgram("launchctl", ["bootout", `${domain}/${nameOf(job)}`]);
  const statusOf = async (job: Job): Promise<JobStatus> => {
    const name = nameOf(job);
    if (!isThere(pathOf(job))) return { job, name, installed: false, detail: "" };
    const { code, stdout } = await tryProgram("launchctl", ["print", `${domain}/${name}`]);
    const facts = [...stdout.matchAll(/^\s*(state|pid|last exit code) = (.*)$/gm)].map(([, key, value]) =>
      `${key} ${value}`
    );
    return { job, name, installed: true, detail: code === 0 ? facts.join(", ") : "not loaded" };
  };
  return {
    async install(facts) {
      const files = JOBS.map((job) => ({ path: pathOf(job), text: plistOf(job, facts) }));
      await withFiles(files, async () => {
        for (const job of JOBS) {
          await unload(job);
          await runProgram("launchctl", ["bootstrap", domain, pathOf(job)]);
        }
      });
      return [
        ...files.map(({ path }) => `Written and loaded: ${path}`),
        `Its log: ${nameOf("listener")}.log beside the state`,
      ];
    },
    async uninstall() {
      if (!JOBS.some((job) => isThere(pathOf(job)))) return [];
      for (const job of JOBS) await unload(job);
      return removeFiles(JOBS.map(pathOf)).map((path) => `Unloaded and removed: ${path}`);
    },
    status: () => Promise.all(JOBS.map(statusOf)),
  };
}
