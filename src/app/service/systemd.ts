/** Unit files (systemd.unit, systemd.exec, systemd.service, systemd.timer). Pure. */

import { BACKFILL_MINUTES, DESCRIPTIONS, type Job, MADE_BY, nameOf, type ServiceFacts, wordsOf } from "./jobs.ts";

/** A unit and its file name. */
export interface Unit {
  readonly name: string;
  readonly text: string;
}

/** The listener's service, or the backfill's service and the timer that starts it. */
export function unitsOf(job: Job, facts: ServiceFacts): Unit[] {
  const service = { name: `${nameOf(job)}.service`, text: serviceText(job, facts) };
  return job === "listener" ? [service] : [service, { name: `${nameOf(job)}.timer`, text: timerText() }];
}

/** The unit that is enabled and started. */
export function startedUnit(job: Job): string {
  return `${nameOf(job)}.${job === "listener" ? "service" : "timer"}`;
}

function serviceText(job: Job, facts: ServiceFacts): string {
  const { directory, account, scope, environment } = facts;
  const isSystem = scope === "system";
  return lines([
    `# ${MADE_BY}`,
    "[Unit]",
    `Description=${DESCRIPTIONS[job]}`,
    ...(isSystem ? ["Wants=network-online.target", "After=network-online.target"] : []),
    ...(job === "listener" ? ["StartLimitIntervalSec=0"] : []),
    "",
    "[Service]",
    `Type=${job === "listener" ? "exec" : "oneshot"}`,
    `ExecStart=${commandOf(job, facts)}`,
    `WorkingDirectory=${directory.replaceAll("%", "%%")}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    ...(isSystem ? [`User=${account}`] : []),
    ...(job === "listener" ? LISTENER : BACKFILL),
    ...(isSystem ? systemSandbox(facts) : []),
    ...SANDBOX,
    ...(job === "listener" ? ["", "[Install]", `WantedBy=${isSystem ? "multi-user" : "default"}.target`] : []),
  ]);
}

/** Wrong configuration (2) and refused credentials (3) do not mend themselves. An orderly end takes 10 seconds at most. */
const LISTENER = ["Restart=on-failure", "RestartSec=10", "RestartPreventExitStatus=2 3", "TimeoutStopSec=15"];
/** Something outside is down (75): the next run takes it up. */
const BACKFILL = ["TimeoutStartSec=1h", "TimeoutStopSec=15", "SuccessExitStatus=75"];

/** What a user's service manager can do too. No MemoryDenyWriteExecute: V8 compiles into memory that it executes. */
const SANDBOX = [
  "UMask=0077",
  "NoNewPrivileges=yes",
  "LockPersonality=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service",
  "SystemCallErrorNumber=EPERM",
];

function systemSandbox({ stateDirectory }: ServiceFacts): string[] {
  return [
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=read-only",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "ProtectSystem=strict",
    `ReadWritePaths=${quoted(stateDirectory)}`,
    "RemoveIPC=yes",
  ];
}

function timerText(): string {
  return lines([
    `# ${MADE_BY}`,
    "[Unit]",
    `Description=${DESCRIPTIONS.backfill}, every ${BACKFILL_MINUTES} minutes`,
    "",
    "[Timer]",
    `OnCalendar=*:0/${BACKFILL_MINUTES}`,
    "RandomizedDelaySec=60",
    "Persistent=yes",
    "",
    "[Install]",
    "WantedBy=timers.target",
  ]);
}

/** ExecStart replaces `%` everywhere, and `$` in every word but the first. */
function commandOf(job: Job, facts: ServiceFacts): string {
  const [program = "", ...args] = wordsOf(job, facts);
  return [word(program), ...args.map((arg) => word(arg.replaceAll("$", "$$$$")))].join(" ");
}

function word(text: string): string {
  return /^[\w./:=@+,%$-]+$/.test(text) ? text.replaceAll("%", "%%") : quoted(text);
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`;
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
