/** Everything the pipeline needs, connected and checked: made once per run. */

import { getLogger } from "@logtape/logtape";
import { acknowledgement } from "../content/acknowledgement.ts";
import type { Config } from "../config/config.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { CredentialsError, HttpError } from "../core/errors.ts";
import type { Http } from "../core/http_port.ts";
import type { EffectKind } from "../core/state_port.ts";
import type { GraphService } from "../graph/graph.ts";
import type { JiraClient } from "../jira/client.ts";
import { Uploader } from "../pipeline/uploader.ts";
import { classify } from "../pipeline/classify.ts";
import type { Parts, PipelineLog } from "../pipeline/context.ts";
import { Destinations } from "../pipeline/destinations.ts";
import { EffectEngine } from "../pipeline/effects.ts";
import { People } from "../pipeline/people.ts";
import type { ReplyTokens } from "../pipeline/reply_tokens.ts";
import type { PipelineSettings } from "../pipeline/settings.ts";
import { Worker, type WorkerOptions } from "../pipeline/worker.ts";
import type { FileState } from "../state/open.ts";
import { GraphShare, type Role } from "./graph_share.ts";
import { graphFor, httpFor, jiraFor, stateFor, tokensFor } from "./runtime.ts";
import { noticeIssue, type OnRelayEnd, Relaying } from "./relay.ts";
import { replyTokensFor } from "./reply_tokens.ts";
import { settingsFor } from "./settings.ts";
import { FileSpool } from "./spool.ts";
import { loadTemplates } from "./templates.ts";
import { rebuildAfterRestore } from "./state_rebuild.ts";
import { mayPass, whenWritable } from "./state_trouble.ts";

/** Deliveries worked on at once: enough to keep Graph's four requests and Jira's eight busy. */
const CONCURRENCY = 12;
/** How long the limit Jira told is remembered. */
const LIMIT_KEPT_MS = 10 * 60 * 1000;

export interface Bridge {
  readonly config: Config;
  readonly state: FileState;
  readonly graph: GraphService;
  readonly jira: JiraClient;
  readonly parts: Parts;
  readonly destinations: Destinations;
  readonly mailboxes: readonly string[];
  worker(onEnd?: WorkerOptions["onEnd"], around?: WorkerOptions["around"]): Worker;
  /** Mails to the senders what happens in Jira. */
  relaying(onEnd?: OnRelayEnd): Relaying;
  /** This process's part of Graph's four requests at once; to be started and stopped. */
  graphShare(role: Role): GraphShare;
  close(): Promise<void>;
}

export interface BridgeOptions {
  readonly signal: AbortSignal;
  /** Waits for a destination that is down at the start, instead of throwing (`handle-incoming-events`). */
  readonly patient: boolean;
  readonly clock?: Clock;
  /** What looks at every request on its way (counting, tracing). */
  readonly through?: (http: Http) => Http;
}

export async function openBridge(config: Config, options: BridgeOptions): Promise<Bridge> {
  if (config.graph === null || config.jira === null) throw new TypeError("Graph and Jira must be configured");
  const clock = options.clock ?? systemClock;
  // What is wrong with them is told before anybody outside is asked.
  const templates = loadTemplates(config.mail.templatesDirectory);
  const state = options.patient
    ? await whenWritable(() => stateFor(config), {
      clock,
      signal: options.signal,
      passes: (error) => mayPass(error) && error.kind !== "readonly",
    })
    : await stateFor(config);
  const http = (options.through ?? unchanged)(httpFor(config));
  try {
    const tokens = tokensFor(config.graph, http, state, clock);
    const graph = graphFor(config.graph, http, tokens);
    const log = pipelineLog();
    const start = <T>(what: string, work: () => Promise<T>) =>
      options.patient ? untilItAnswers(what, work, { clock, log, signal: options.signal }) : work();
    await start("Microsoft Graph", () => tokens.token());
    const { client: jira } = await start("Jira", () => jiraFor(config.jira!, http, options.signal));
    const ourJira = await start("Jira", () => loggedIn(jira, options.signal));
    const settings = await start("Jira", () => settingsFor(config, jira, templates, options.signal));
    await spoolFor(state).sweep((owner) => state.isAlive(owner));
    const gap = await start(
      "What must be asked after a restore",
      () => rebuildAfterRestore({ state, graph, jira, clock, settings, signal: options.signal }),
    );
    const replyTokens = await replyTokensFor(config, state);
    return assemble({
      config,
      clock,
      state,
      http,
      graph,
      jira,
      ourJira,
      settings,
      log,
      gap,
      replyTokens,
      signal: options.signal,
    });
  } catch (error) {
    http.close();
    await state.close();
    throw error;
  }
}

function unchanged(http: Http): Http {
  return http;
}

function spoolFor({ path, owner }: FileState): FileSpool {
  return new FileSpool(path, owner);
}

async function loggedIn(jira: JiraClient, signal: AbortSignal) {
  try {
    return await jira.myself(signal);
  } catch (error) {
    if (error instanceof HttpError && error.status === 401 && !error.credentialsRefused) {
      throw new CredentialsError("jira", `${error.message}. Check JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN`, {
        cause: error,
      });
    }
    throw error;
  }
}

interface Made {
  readonly config: Config;
  readonly clock: Clock;
  readonly state: FileState;
  readonly http: Http;
  readonly graph: GraphService;
  readonly jira: JiraClient;
  readonly ourJira: Parts["ourJira"];
  readonly settings: PipelineSettings;
  readonly log: PipelineLog;
  readonly gap: Parts["gap"];
  readonly replyTokens: ReplyTokens;
  readonly signal: AbortSignal;
}

function assemble(
  { config, clock, state, http, graph, jira, ourJira, settings, log, gap, replyTokens, signal }: Made,
): Bridge {
  const engine = new EffectEngine({
    state,
    clock,
    reconcileDelayMs: settings.reconcileDelayMs,
    proveIdentity: (kind, signal) => proveIdentity(kind, jira, ourJira.user.id, signal),
  });
  const parts: Parts = {
    state,
    graph,
    jira,
    clock,
    settings,
    engine,
    people: new People({ jira, clock, userMap: config.jira!.userMap }),
    uploader: new Uploader({
      graph,
      jira,
      engine,
      spool: spoolFor(state),
      memory: state,
      ourJiraId: ourJira.user.id,
    }),
    ourJira,
    uploadLimit: rememberedLimit(jira, clock, signal),
    noticeIssue: (issue, signal) => noticeIssue(parts, issue, signal),
    tokens: replyTokens,
    acknowledgement: (facts) => acknowledgement(facts, settings.templates.acknowledgement),
    log,
    gap,
  };
  const destinations = new Destinations({
    state,
    clock,
    log,
    async probe(destination, scope, signal) {
      if (destination === "jira") await proveIdentity("issue", jira, ourJira.user.id, signal);
      else await graph.mailFolder(scope === "" ? settings.mailboxes[0]! : scope, "inbox", signal);
    },
  });
  return {
    config,
    state,
    graph,
    jira,
    parts,
    destinations,
    mailboxes: settings.mailboxes,
    worker: (onEnd, around) =>
      new Worker(parts, destinations, {
        mailboxes: settings.mailboxes,
        concurrency: CONCURRENCY,
        random: Math.random,
        ...(onEnd === undefined ? {} : { onEnd }),
        ...(around === undefined ? {} : { around }),
      }),
    relaying: (onEnd) =>
      new Relaying(parts, destinations, {
        pollIntervalMs: config.pollIntervalMs,
        ...(onEnd === undefined ? {} : { onEnd }),
      }),
    graphShare: (role) =>
      new GraphShare({
        state,
        clock,
        mailboxes: settings.mailboxes,
        role,
        setCapacity: (mailbox, capacity) => graph.setCapacity(mailbox, capacity),
        underWay: (mailbox) => graph.underWay(mailbox),
      }),
    async close() {
      http.close();
      await state.close();
    },
  };
}

/** Before "absent" is believed of a write to Jira: the account that looks is the one that wrote. */
async function proveIdentity(kind: EffectKind, jira: JiraClient, ourId: string, signal: AbortSignal): Promise<void> {
  if (kind === "acknowledgement" || kind === "relay" || kind === "notice") return;
  const { user } = await jira.myself(signal);
  if (user.id !== ourId) {
    throw new CredentialsError("jira", "Jira answers as another user than at the start. Restart with one account");
  }
}

/** Asked once for all who want to know at the same time, hence under the program's own signal; a failure is forgotten. */
function rememberedLimit(jira: JiraClient, clock: Clock, signal: AbortSignal): Parts["uploadLimit"] {
  let known: { limit: Promise<number | null>; until: number } | null = null;
  return async () => {
    if (known === null || known.until < clock.now()) {
      const limit = jira.attachmentMeta(signal).then(({ enabled, uploadLimit }) => enabled ? uploadLimit : null);
      known = { limit, until: clock.now() + LIMIT_KEPT_MS };
    }
    const asked = known;
    try {
      return await asked.limit;
    } catch (error) {
      if (known === asked) known = null;
      throw error;
    }
  };
}

export function pipelineLog(): PipelineLog {
  const logger = getLogger(["o365-connect", "pipeline"]);
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    debug: (message, fields = {}) => logger.debug(message, fields),
  };
}

const WAIT_AT_MOST_MS = 60_000;

/** A destination that is down at the start is waited for; refused credentials and wrong configuration are not. */
export async function untilItAnswers<T>(
  what: string,
  work: () => Promise<T>,
  { clock, log, signal }: { clock: Clock; log: PipelineLog; signal: AbortSignal },
): Promise<T> {
  for (let failures = 0;; failures++) {
    try {
      return await work();
    } catch (error) {
      const asked = classify(error);
      const passing = (asked.kind === "pause" && asked.reason === "down") || asked.kind === "transient" ||
        asked.kind === "throttled";
      if (!passing || signal.aborted) throw error;
      if (failures === 0) {
        log.warn("{what} does not answer yet: {why}. Waiting for it.", {
          what,
          why: error instanceof Error ? error.message : String(error),
        });
      }
      const told = "afterMs" in asked ? asked.afterMs : null;
      await clock.sleep(told ?? Math.min(WAIT_AT_MOST_MS, 1_000 * 2 ** Math.min(failures, 6)), signal);
      signal.throwIfAborted();
    }
  }
}
