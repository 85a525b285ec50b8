/** The two jobs that run without a person, and the facts of which each system's files are made. */

/** `listener`: always running. `backfill`: every quarter of an hour, for what was missed. */
export type Job = "listener" | "backfill";
export const JOBS: readonly Job[] = ["listener", "backfill"];

export type ServiceSystem = "systemd" | "windows" | "launchd";
export const SERVICE_SYSTEMS: readonly ServiceSystem[] = ["systemd", "windows", "launchd"];

export interface ServiceFacts {
  /** The executable, or Deno with what it needs to run the program. Absolute. */
  readonly program: readonly string[];
  /** Working directory, where `.env` is. Absolute. */
  readonly directory: string;
  /** `--env-file` and `--database`, where they were given. */
  readonly globals: readonly string[];
  /** Folder of the state; the only one that is written to. */
  readonly stateDirectory: string;
  /** Who it runs as. Not used by the services of a single user. */
  readonly account: string;
  /** `user`: for the one who installs it, while signed in. */
  readonly scope: "system" | "user";
  /** Variables that Deno itself reads at its start. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One file as it is installed. */
export interface ServiceFile {
  readonly path: string;
  readonly text: string;
}

/** First line of what `service install` writes, by which it knows its own files. */
export const MADE_BY = "Made by o365-connect service install; changes are lost when it is run again.";

const COMMANDS: Readonly<Record<Job, string>> = {
  listener: "handle-incoming-events",
  backfill: "check-for-missing-events",
};

export const DESCRIPTIONS: Readonly<Record<Job, string>> = {
  listener: "Turns the mail of a Microsoft 365 mailbox into Jira issues",
  backfill: "Looks for mail that did not become a Jira issue",
};

/** Minutes between two runs of the backfill. */
export const BACKFILL_MINUTES = 15;

/** Name of a job's unit, task or agent. */
export function nameOf(job: Job): string {
  return job === "listener" ? "o365-connect" : "o365-connect-backfill";
}

/** The command line, word by word, as a person would type it in the working directory. */
export function wordsOf(job: Job, { program, globals }: ServiceFacts): string[] {
  return [...program, ...globals, COMMANDS[job]];
}
