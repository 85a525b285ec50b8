/** `schtasks`: tasks of the Windows Task Scheduler. */

import { join } from "node:path";
import { ProgramError, runProgram, tryProgram } from "../programs.ts";
import { type Job, JOBS, nameOf } from "./jobs.ts";
import type { JobStatus, ServiceManager } from "./manager.ts";
import { taskFile, taskXml } from "./windows_task.ts";

export function windowsManager(): ServiceManager {
  return {
    async install(facts) {
      const folder = await Deno.makeTempDir({ prefix: "o365-connect-" });
      try {
        for (const job of JOBS) {
          const file = join(folder, `${nameOf(job)}.xml`);
          await Deno.writeFile(file, taskFile(taskXml(job, facts)));
          await asAdministrator(["/Create", "/TN", nameOf(job), "/XML", file, "/F"]);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
      await asAdministrator(["/Run", "/TN", nameOf("listener")]);
      return JOBS.map((job) => `Task of the Task Scheduler: ${nameOf(job)}, as ${facts.account}`);
    },
    async uninstall() {
      const done: string[] = [];
      for (const job of JOBS) {
        if (!(await statusOf(job)).installed) continue;
        await tryProgram("schtasks", ["/End", "/TN", nameOf(job)]);
        await asAdministrator(["/Delete", "/TN", nameOf(job), "/F"]);
        done.push(`Ended and deleted: ${nameOf(job)}`);
      }
      return done;
    },
    status: () => Promise.all(JOBS.map(statusOf)),
  };
}

async function asAdministrator(args: readonly string[]): Promise<void> {
  try {
    await runProgram("schtasks", args);
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code === null) throw error;
    const advice = `${error.message}. Run it in a terminal that was started as administrator`;
    throw new ProgramError("schtasks", error.code, advice, { cause: error });
  }
}

async function statusOf(job: Job): Promise<JobStatus> {
  const name = nameOf(job);
  const { code, stdout } = await tryProgram("schtasks", ["/Query", "/TN", name, "/FO", "CSV", "/NH"]);
  if (code !== 0) return { job, name, installed: false, detail: "" };
  // "name","next run","status", the last two in the language of Windows.
  const [, next = "", state = ""] = [...stdout.matchAll(/"([^"]*)"/g)].map(([, cell]) => cell!);
  return { job, name, installed: true, detail: job === "backfill" ? `${state}, next run ${next}` : state };
}
