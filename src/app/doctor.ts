/** `doctor`: everything the job needs, looked at, each with its remedy. */

import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import type { Flags } from "../config/layers.ts";
import { Redactor } from "../logging/redact.ts";
import { systemClock } from "../core/clock.ts";
import { examineBoards } from "./doctor/boards.ts";
import { type DoctorCheck, notRun } from "./doctor/check.ts";
import { clockCheck } from "./doctor/clock.ts";
import { examineConfiguration } from "./doctor/configuration.ts";
import { examineForeign, FOREIGN_CHECK } from "./doctor/foreign.ts";
import { examineIssueFields, FIELD_CHECKS } from "./doctor/issue_fields.ts";
import { ACCOUNT_CHECKS, examineAccount, examineAttachments, examineOwnUser } from "./doctor/jira_account.ts";
import { examineMailbox, MAILBOX_CHECKS } from "./doctor/mailbox.ts";
import { examinePermissions, permissionChecks } from "./doctor/permissions.ts";
import { examineRelay, RELAY_CHECK } from "./doctor/relay.ts";
import { examineRoundTrip, SEND_CHECK } from "./doctor/round_trip.ts";
import { type ExaminedState, examineState, tokensFrom } from "./doctor/state.ts";
import { examineCertificate, examineSending, examineToken, TokenDesk } from "./doctor/token.ts";
import { graphFor, httpFor } from "./runtime.ts";

export type { DoctorCheck } from "./doctor/check.ts";

export interface DoctorOptions {
  readonly flags: Flags;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Sends a mail from each mailbox to itself, and waits for it. */
  readonly send?: boolean;
  /** How long is waited for it; default two minutes. */
  readonly arrivalMs?: number;
  /** A mailbox that the app must not read, `null` if none is named. */
  readonly foreign?: string | null;
}

/** What is asked of Microsoft 365. */
type Asked = Pick<DoctorOptions, "signal" | "send" | "arrivalMs" | "foreign">;

export interface DoctorReport {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** Never throws for what it examines. Leaves nothing behind but the state file with its token. */
export async function runDoctor({ flags, environment, ...asked }: DoctorOptions): Promise<DoctorReport> {
  const { checks: configuration, state, graph, jira } = examineConfiguration(flags, environment);
  const cause = configuration.find(({ ok }) => !ok) ?? null;
  const [microsoft, atlassian] = await Promise.all([
    examineStateAndMicrosoft(state, graph, cause, asked),
    jira === null ? unexaminedJira(null, cause!) : examineJira(jira, asked.signal),
  ]);
  const secrets = [state, graph, jira].flatMap((config) => config?.secrets ?? []);
  const checks = redacted([...configuration, ...microsoft, ...atlassian], secrets.map((secret) => secret.reveal()));
  return { ok: checks.every(({ ok }) => ok), checks };
}

/** A vendor's words may repeat what they were sent. */
function redacted(checks: readonly DoctorCheck[], secrets: readonly string[]): DoctorCheck[] {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return checks.map((check) => ({
    ...check,
    detail: redactor.redact(check.detail),
    remedy: redactor.redact(check.remedy),
  }));
}

async function examineStateAndMicrosoft(
  stateConfig: Config | null,
  config: Config | null,
  cause: DoctorCheck | null,
  asked: Asked,
): Promise<DoctorCheck[]> {
  const examined: ExaminedState = stateConfig === null
    ? { check: notRun("state-writable", cause!), state: null }
    : await examineState(stateConfig);
  try {
    const microsoft = config === null
      ? unexaminedMicrosoft(null, cause!, asked)
      : await examineMicrosoft(config, stateConfig?.databasePath ?? null, examined, asked);
    return [examined.check, ...microsoft];
  } finally {
    await examined.state?.close();
  }
}

async function examineMicrosoft(
  config: Config,
  path: string | null,
  { check: stateCheck, state }: ExaminedState,
  asked: Asked,
): Promise<DoctorCheck[]> {
  const settings = config.graph!;
  const http = httpFor(config);
  const source = await tokensFrom(settings, { http, state, path });
  try {
    if (source === null) return unexaminedMicrosoft(config, stateCheck, asked);
    const desk = new TokenDesk(source.tokens);
    const token = await examineToken(settings, desk);
    const certificate = examineCertificate(settings, systemClock.now());
    if (!token.ok) return [token, ...certificate, ...unexaminedMicrosoft(config, token, asked).slice(1)];
    const graph = graphFor(settings, http, source.tokens);
    const examinations = config.mailboxes.map((mailbox) => ({ config, graph, desk, mailbox, signal: asked.signal }));
    const [sending, foreign, ...mailboxes] = await Promise.all([
      asked.send ? [] : examineSending(config, desk, token),
      examineForeign(graph, { foreign: asked.foreign ?? null, ours: config.mailboxes }, asked.signal),
      ...examinations.map(examineMailbox),
    ]);
    const sent = asked.send
      ? await Promise.all(examinations.map((examination) => examineRoundTrip(examination, asked.arrivalMs)))
      : [];
    const clock = graphClock(graph.serverNow(), mailboxes[0]?.[0]);
    return [token, ...certificate, ...sending, ...sent, ...mailboxes.flat(), foreign, clock];
  } finally {
    await source?.close();
    http.close();
  }
}

/** `told`: Graph's clock by its last answer. */
function graphClock(told: number | null, reading: DoctorCheck | undefined): DoctorCheck {
  if (told === null && reading !== undefined) return notRun("clock-graph", reading);
  return clockCheck("clock-graph", "Microsoft 365", (told ?? systemClock.now()) - systemClock.now());
}

/** The checks that need a token, the token first. */
function unexaminedMicrosoft(config: Config | null, cause: DoctorCheck, { send, foreign }: Asked): DoctorCheck[] {
  const mailboxes = config === null ? [null] : config.mailboxes;
  const sends = send || config === null || config.mail.acknowledge || config.mail.commentRelay !== "off";
  return [
    notRun("token", cause),
    ...(sends ? [notRun(SEND_CHECK, cause)] : []),
    ...mailboxes.flatMap((mailbox) => MAILBOX_CHECKS.map((check) => notRun(check, cause, mailbox))),
    notRun(FOREIGN_CHECK, cause, foreign ?? null),
    notRun("clock-graph", cause),
  ];
}

async function examineJira(config: Config, signal: AbortSignal): Promise<DoctorCheck[]> {
  const http = httpFor(config);
  try {
    const { connection, login, clock, loggedIn } = await examineAccount(config.jira!, http, signal);
    const first = [connection, login, clock];
    if (loggedIn === null) {
      const cause = connection.ok ? login : connection;
      return [...first, ...unexaminedJira(config, cause).slice(ACCOUNT_CHECKS.length)];
    }
    const [ownUser, attachments, projects] = await Promise.all([
      examineOwnUser(config, loggedIn, signal),
      examineAttachments(config, loggedIn, signal),
      examineProjects(config, loggedIn, signal),
    ]);
    return [...first, ownUser, ...projects, attachments];
  } finally {
    http.close();
  }
}

async function examineProjects(
  config: Config,
  { client, me }: NonNullable<Awaited<ReturnType<typeof examineAccount>>["loggedIn"]>,
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  const { checks, projects } = await examineBoards(config, client, signal);
  if (projects.length === 0) return [...checks, ...unexaminedProjects(config, checks.find(({ ok }) => !ok)!)];
  const account = me.user.displayName;
  const [relay, ...each] = await Promise.all([
    examineRelay(config, client, projects, signal),
    ...projects.map((project) => examineProject(config, { client, account }, project, signal)),
  ]);
  return [...checks, ...each.flat(), ...relay];
}

async function examineProject(
  config: Config,
  asked: Parameters<typeof examinePermissions>[1],
  project: string,
  signal: AbortSignal,
): Promise<DoctorCheck[]> {
  const { checks, obstacle } = await examinePermissions(config, asked, project, signal);
  const fields = obstacle === null
    ? await examineIssueFields(config, asked.client, project, signal)
    : FIELD_CHECKS.map((check) => notRun(check, obstacle, project));
  return [...checks, ...fields];
}

/** Every check of Jira, the account's first. */
function unexaminedJira(config: Config | null, cause: DoctorCheck): DoctorCheck[] {
  return [
    ...ACCOUNT_CHECKS.map((check) => notRun(check, cause)),
    notRun("jira-own-user", cause),
    notRun("jira-project", cause),
    ...unexaminedProjects(config, cause),
    notRun("jira-attachments", cause),
  ];
}

function unexaminedProjects(config: Config | null, cause: DoctorCheck): DoctorCheck[] {
  const relay = config !== null && (config.mail.commentRelay !== "off" || config.mail.statusNotice)
    ? [RELAY_CHECK]
    : [];
  return [...permissionChecks(config), ...FIELD_CHECKS, ...relay].map((check) => notRun(check, cause));
}
