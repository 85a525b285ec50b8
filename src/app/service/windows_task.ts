/** Tasks of the Windows Task Scheduler (https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema). Pure. */

import { BACKFILL_MINUTES, DESCRIPTIONS, type Job, type ServiceFacts, wordsOf } from "./jobs.ts";
import { element } from "./xml.ts";

/** Well-known accounts have no password and no way to log on: https://learn.microsoft.com/windows/win32/secauthz/well-known-sids. */
const SERVICE_ACCOUNT = /^(S-1-5-(18|19|20)|(NT AUTHORITY\\)?(SYSTEM|LOCAL SERVICE|NETWORK SERVICE))$/i;
/** At most 255; then the next start-up. */
const RESTARTS = 255;

/**
 * The task's definition. Its declaration names no encoding, so that it can be saved as UTF-8 or UTF-16. `S4U`: whether or
 * not the user is logged on, without a stored password.
 */
export function taskXml(job: Job, facts: ServiceFacts): string {
  const [program = "", ...args] = wordsOf(job, facts);
  const root = ' version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"';
  const isService = SERVICE_ACCOUNT.test(facts.account);
  return [
    '<?xml version="1.0"?>',
    ...element(`Task${root}`, [
      ...element("RegistrationInfo", [
        ...element("Author", "o365-connect"),
        ...element("Description", DESCRIPTIONS[job]),
      ]),
      ...element("Triggers", TRIGGERS[job]),
      ...element("Principals", [
        ...element('Principal id="Author"', [
          ...element("UserId", facts.account),
          ...(isService ? [] : element("LogonType", "S4U")),
          ...element("RunLevel", "LeastPrivilege"),
        ]),
      ]),
      ...element("Settings", [
        ...element("MultipleInstancesPolicy", "IgnoreNew"),
        ...element("DisallowStartIfOnBatteries", "false"),
        ...element("StopIfGoingOnBatteries", "false"),
        ...element("AllowHardTerminate", "true"),
        ...element("StartWhenAvailable", "true"),
        ...element("RunOnlyIfNetworkAvailable", "false"),
        ...element("AllowStartOnDemand", "true"),
        ...element("Enabled", "true"),
        ...element("Hidden", "false"),
        ...element("RunOnlyIfIdle", "false"),
        ...element("WakeToRun", "false"),
        ...LIMITS[job],
        ...element("Priority", "5"),
      ]),
      ...element('Actions Context="Author"', [
        ...element("Exec", [
          ...element("Command", program.includes(" ") ? `"${program}"` : program),
          ...element("Arguments", args.map(argument).join(" ")),
          // Without quotes, spaces or not: with them the task fails to start.
          ...element("WorkingDirectory", facts.directory),
        ]),
      ]),
    ]),
    "",
  ].join("\r\n");
}

/** In the order of `triggerBaseType`, which is a sequence. No `Duration`: repeated for ever. */
const TRIGGERS: Readonly<Record<Job, readonly string[]>> = {
  listener: element("BootTrigger", element("Enabled", "true")),
  backfill: element("TimeTrigger", [
    ...element("Enabled", "true"),
    ...element("StartBoundary", "2026-01-01T00:00:00"),
    ...element("Repetition", element("Interval", `PT${BACKFILL_MINUTES}M`)),
  ]),
};

const LIMITS: Readonly<Record<Job, readonly string[]>> = {
  listener: [
    ...element("ExecutionTimeLimit", "PT0S"),
    ...element("RestartOnFailure", [...element("Interval", "PT1M"), ...element("Count", String(RESTARTS))]),
  ],
  backfill: element("ExecutionTimeLimit", "PT1H"),
};

/** As `CommandLineToArgvW` reads it: back-slashes count only before a quote. */
function argument(word: string): string {
  if (word !== "" && !/[\s"]/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

/** For a file that `schtasks` reads: UTF-16, little end first, with its mark. */
export function taskFile(xml: string): Uint8Array {
  const bytes = new Uint8Array(2 + xml.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < xml.length; at++) view.setUint16(2 + at * 2, xml.charCodeAt(at), true);
  return bytes;
}
