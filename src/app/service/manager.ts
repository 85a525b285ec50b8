/** What every system's service manager can be asked for. */

import type { Job, ServiceFacts } from "./jobs.ts";

/** How a job stands. */
export interface JobStatus {
  readonly job: Job;
  /** The unit, task or agent. */
  readonly name: string;
  readonly installed: boolean;
  /** The manager's own words, empty if it is not installed. */
  readonly detail: string;
}

export interface ServiceManager {
  /** Puts both jobs in place and starts them; an earlier installation is replaced. Returns what was done, line by line. */
  install(facts: ServiceFacts): Promise<string[]>;
  /** Ends and removes both jobs. Settings and state stay. Returns what was done; nothing if nothing was there. */
  uninstall(): Promise<string[]>;
  status(): Promise<JobStatus[]>;
}
