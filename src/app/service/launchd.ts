/** Property lists of launchd (launchd.plist(5)). Pure. */

import { posix } from "node:path";
import { BACKFILL_MINUTES, type Job, MADE_BY, nameOf, type ServiceFacts, wordsOf } from "./jobs.ts";
import { element } from "./xml.ts";

/** A daemon of the system, or an agent of the user. launchd never starts a second instance. */
export function plistOf(job: Job, facts: ServiceFacts): string {
  const { directory, account, scope, environment } = facts;
  const strings = Object.entries(environment);
  const log = posix.join(facts.stateDirectory, `${nameOf(job)}.log`);
  const entries = [
    ...entry("Label", element("string", nameOf(job))),
    ...entry("ProgramArguments", element("array", wordsOf(job, facts).flatMap((word) => element("string", word)))),
    ...entry("WorkingDirectory", element("string", directory)),
    ...(scope === "system" ? entry("UserName", element("string", account)) : []),
    ...(strings.length === 0
      ? []
      : entry("EnvironmentVariables", element("dict", strings.flatMap(([k, v]) => entry(k, element("string", v)))))),
    ...(job === "listener" ? LISTENER : BACKFILL),
    // The whole mode is decimal here: 0077.
    ...entry("Umask", element("integer", "63")),
    ...entry("ProcessType", element("string", "Background")),
    ...entry("StandardOutPath", element("string", log)),
    ...entry("StandardErrorPath", element("string", log)),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${MADE_BY} -->`,
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    ...element('plist version="1.0"', element("dict", entries)),
    "",
  ].join("\n");
}

function entry(key: string, value: readonly string[]): string[] {
  return [...element("key", key), ...value];
}

/** An end with another code than 0 is followed by a start, ten seconds later at the earliest. */
const LISTENER = [
  ...entry("RunAtLoad", ["<true/>"]),
  ...entry("KeepAlive", element("dict", entry("SuccessfulExit", ["<false/>"]))),
  ...entry("ThrottleInterval", element("integer", "10")),
  ...entry("ExitTimeOut", element("integer", "15")),
];
const BACKFILL = entry("StartInterval", element("integer", String(BACKFILL_MINUTES * 60)));
