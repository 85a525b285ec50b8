/** One run: a world, the program in it, killed again and again, then left in peace until all is done. */

import { join } from "node:path";
import { SIM_MAILBOX, SimWorld } from "../../src/app/sim_world.ts";
import type { FailedRow, KnownMessage } from "../../src/core/state_port.ts";
import { relayedSince } from "../../src/pipeline/relaying_notice.ts";
import type { FaultAction } from "../../src/sim/kit/faults.ts";
import { openState } from "../../src/state/open.ts";
import type { Program } from "../bench/program.ts";
import { compare, type Problem } from "./compare.ts";
import { Faults, TIMING } from "./faults.ts";
import { type Kill, type Moment, routeOf, type Service } from "./kills.ts";
import { People } from "./people.ts";
import { Post } from "./post.ts";
import { Child } from "./program.ts";
import { isRelay } from "./relays.ts";
import { customerAddressesWithAccount, type Cycle, makeScript, type Script, type Weather } from "./script.ts";

export interface RunOptions {
  readonly program: Program;
  readonly kind: "cloud" | "server";
  readonly seed: string;
  readonly mails: number;
  readonly kills: number;
  /** Comments that people make are mailed to the customers. */
  readonly relay: boolean;
  /** Keeps the run's folder also if nothing is wrong. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly problems: readonly Problem[];
  readonly mails: number;
  readonly killsByMoment: ReadonlyMap<Moment, number>;
  readonly killsByRoute: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly starts: number;
  readonly checks: number;
  readonly deeds: number;
  /** Most requests at once to the mailbox. */
  readonly peak: number;
  readonly requests: { readonly graph: number; readonly jira: number };
  readonly seconds: number;
  /** Of them, from the last kill until all was done. */
  readonly settleSeconds: number;
  readonly issues: number;
  readonly comments: number;
  readonly files: number;
  readonly acknowledgements: number;
  readonly relays: number;
  /** Where the program's own words and state are, if something is wrong. */
  readonly folder: string;
  /** What happened around a mail. */
  story(mail: number): string[];
}

/** How long a planned kill waits for its request; then any request will do, and in the end none is needed. */
const PATIENCE_MS = { onceMailIsRead: 1200, sinceFirstRequest: 3000, forAny: 10_000 };
/** Until everything must be done when nothing goes wrong any more. */
const DEADLINE_MS = 240_000;
const SERVICES = ["entra", "graph", "jira"] as const;

export async function run(options: RunOptions): Promise<RunResult> {
  const script = makeScript(options.seed, options.kind, options.mails, options.kills, options.relay);
  const world = await SimWorld.start({ kind: options.kind });
  const folder = await Deno.makeTempDir({ prefix: "o365-connect-crash-" });
  const crash = new Crash(options, script, world, folder);
  try {
    const result = await crash.run();
    if (result.problems.length === 0 && !options.keep) await Deno.remove(folder, { recursive: true });
    return result;
  } finally {
    await crash.end();
    await world.stop();
  }
}

/** A kill that waits for its request. */
interface Armed {
  readonly kill: Kill;
  skip: number;
  /** From then on any request will do. */
  anyAfter: number;
  /** Told the request's route. */
  readonly fired: (route: string) => void;
}

class Crash {
  readonly #post: Post;
  readonly #people: People;
  readonly #faults: Readonly<Record<Service, Faults>>;
  readonly #env: Readonly<Record<string, string>>;
  readonly #startedAt = Date.now();
  readonly #events: { readonly at: number; readonly text: string }[] = [];
  readonly #killsByMoment = new Map<Moment, number>();
  readonly #killsByRoute = new Map<string, number>();
  readonly #weatherFaults = new Map<string, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #daemon: Child | null = null;
  #check: Child | null = null;
  #armed: Armed | null = null;
  #outage: { readonly service: Service; readonly until: number } | null = null;
  #starts = 0;
  #checks = 0;
  #deeds = 0;

  constructor(
    private readonly options: RunOptions,
    private readonly script: Script,
    private readonly world: SimWorld,
    private readonly folder: string,
  ) {
    this.#post = new Post(script, world);
    this.#people = new People(world);
    for (const { name, address } of customerAddressesWithAccount()) {
      world.store.createUser({ displayName: name, emailAddress: address });
    }
    const faults = (service: Service) => new Faults(`${script.seed}/${script.kind}`, service);
    this.#faults = { entra: faults("entra"), graph: faults("graph"), jira: faults("jira") };
    for (const service of SERVICES) {
      this.world[service].faults.chance = (method, path) => this.#fate(service, method, path);
    }
    const caFile = join(folder, "ca.pem");
    Deno.writeTextFileSync(caFile, world.ca);
    this.#env = {
      ...world.environment(caFile),
      DATABASE_URI: `sqlite:///${join(folder, "state.db").replaceAll("\\", "/")}`,
      RECONCILE_DELAY_SECONDS: String(TIMING.reconcileDelay / 1000),
      REQUEST_TIMEOUT_SECONDS: String(TIMING.requestTimeout / 1000),
      POLL_INTERVAL_SECONDS: String(TIMING.pollInterval / 1000),
      ACK_LIMIT_PER_SENDER_PER_HOUR: "1000",
      ...(options.relay
        ? { JIRA_COMMENT_RELAY: "public", JIRA_COMMENT_RELAY_DELAY_SECONDS: String(TIMING.relayDelay / 1000) }
        : {}),
    };
  }

  async run(): Promise<RunResult> {
    for (const [number, cycle] of this.script.cycles.entries()) {
      await this.#cycle(number, cycle);
      if ((number + 1) % 50 === 0) this.options.say(`  ${number + 1} kills, ${this.#post.posted.size} mails`);
    }
    const lastKill = Date.now();
    const late = await this.#settle();
    const settleSeconds = (Date.now() - lastKill) / 1000;
    const problems = [...late, ...await this.#compare()];
    return {
      problems,
      mails: this.#post.posted.size,
      killsByMoment: this.#killsByMoment,
      killsByRoute: this.#killsByRoute,
      faults: this.#allFaults(),
      starts: this.#starts,
      checks: this.#checks,
      deeds: this.#deeds,
      peak: this.world.graph.peakConcurrency(SIM_MAILBOX),
      requests: { graph: this.world.graph.journal.entries.length, jira: this.world.jira.journal.entries.length },
      seconds: (Date.now() - this.#startedAt) / 1000,
      settleSeconds,
      issues: this.world.store.issues().length,
      comments: this.world.store.issues().reduce((sum, { comments }) => sum + comments.length, 0),
      files: this.world.store.issues().reduce((sum, { attachments }) => sum + attachments.length, 0),
      acknowledgements: this.world.graph.outbox.filter((one) => one.by === "client" && !isRelay(one)).length,
      relays: this.world.graph.outbox.filter(isRelay).length,
      folder: this.folder,
      story: (mail) => this.#story(mail),
    };
  }

  /** Nothing is left running. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const child of [this.#daemon, this.#check]) {
      child?.kill();
      await child?.ended();
    }
  }

  // A cycle: from a start to a kill

  async #cycle(number: number, cycle: Cycle): Promise<void> {
    this.#change(cycle.weather);
    this.#post.moveIn(number);
    const mails = this.script.mails.filter((mail) => mail.cycle === number);
    const delivered = this.#deliver(mails);
    for (const deed of cycle.deeds) this.#after(deed.delayMs, () => this.#deeds += this.#people.do(deed) ? 1 : 0);
    await this.#start();
    if (cycle.check) this.#startCheck();
    const { moment, ms } = cycle.kill;
    if (moment === "start-up" || moment === "random") {
      await pause(ms);
      this.#kill(cycle, moment, null);
    } else {
      await this.#killAtRequest(cycle);
    }
    await this.#gone(cycle);
    await delivered;
  }

  /** In their order: a mail is answered after it was sent. */
  async #deliver(mails: Script["mails"]): Promise<void> {
    let waited = 0;
    for (const mail of mails) {
      if (mail.delayMs > waited) await pause(mail.delayMs - waited);
      waited = Math.max(waited, mail.delayMs);
      await this.#post.deliver(mail);
      this.#note(`mail ${mail.number} (${mail.kind}) is delivered`);
    }
  }

  #change(weather: Weather): void {
    const { graph, entra, store } = this.world;
    const count = (name: string) => this.#weatherFaults.set(name, (this.#weatherFaults.get(name) ?? 0) + 1);
    if (weather.expireTokens) {
      entra.expireAllTokens();
      count("tokens expired");
    }
    if (weather.deltaRefusal === "all") graph.delta.forgetTokens();
    else if (weather.deltaRefusal !== null) graph.delta.refuseNext(weather.deltaRefusal);
    if (weather.deltaRefusal !== null) count("delta link refused");
    const { repeats, reversed, emptyPages, maxPageSize } = weather;
    Object.assign(graph.delta.behaviour, { repeats, reversed, emptyPages, maxPageSize });
    if (repeats > 0) count("delta repeats");
    if (reversed) count("delta reversed");
    store.searchLagMs = weather.searchLagMs;
    if (weather.searchLagMs > 0) count("search lags");
    graph.sending.sentCopyDelayMs = weather.sentCopyDelayMs;
    if (weather.sentCopyDelayMs > 0) count("Sent Items late");
    this.#outage = weather.outage === null
      ? null
      : { service: weather.outage.service, until: Date.now() + weather.outage.ms };
    if (weather.outage !== null) count("outage");
  }

  async #start(): Promise<void> {
    if (this.#daemon?.code === null) return;
    if (this.#daemon !== null && this.#daemon.code !== -1) {
      this.#note(`the daemon ended by itself: ${this.#daemon.code}`);
    }
    this.#daemon = await this.#spawn(["handle-incoming-events", "--since", this.#since]);
    this.#starts++;
  }

  /** Not before the daemon has read mail: whoever comes first fixes the mailbox's start. */
  #startCheck(): void {
    if (this.#check?.code === null || this.world.graph.journal.find("GET", /delta$/).length === 0) return;
    this.#checks++;
    void this.#spawn(["check-for-missing-events", "--json"]).then((check) => this.#check = check);
  }

  #spawn(args: readonly string[]): Promise<Child> {
    const log = join(this.folder, `${args[0]}.log`);
    return Promise.resolve(new Child(this.options.program, args, { cwd: this.folder, env: this.#env, log }));
  }

  get #since(): string {
    return new Date(this.#startedAt - 60_000).toISOString();
  }

  // Killing

  async #killAtRequest(cycle: Cycle): Promise<void> {
    const fired = Promise.withResolvers<string | null>();
    const { kill } = cycle;
    this.#armed = { kill, skip: kill.skip, anyAfter: Infinity, fired: fired.resolve };
    const noneIsNeeded = this.#after(PATIENCE_MS.forAny, () => fired.resolve(null));
    const hit = await fired.promise;
    clearTimeout(noneIsNeeded);
    this.#armed = null;
    this.#kill(cycle, hit === null ? "random" : cycle.kill.moment, hit);
  }

  #kill(cycle: Cycle, moment: Moment, route: string | null): void {
    this.#daemon?.kill();
    if (cycle.killBoth) this.#check?.kill();
    this.#killsByMoment.set(moment, (this.#killsByMoment.get(moment) ?? 0) + 1);
    if (route !== null) this.#killsByRoute.set(route, (this.#killsByRoute.get(route) ?? 0) + 1);
    this.#note(`killed ${moment}${route === null ? "" : ` ${route}`}${cycle.killBoth ? ", the check too" : ""}`);
  }

  async #gone(cycle: Cycle): Promise<void> {
    await this.#daemon?.ended();
    if (cycle.killBoth) await this.#check?.ended();
  }

  /** What happens to a request: it kills, or goes wrong, or neither. */
  #fate(service: Service, method: string, path: string): FaultAction | null {
    const fault = this.#faults[service].next(method, path);
    const armed = this.#armed;
    const route = routeOf(service, method, path);
    if (armed !== null) {
      const patience = route === "delta" ? PATIENCE_MS.onceMailIsRead : PATIENCE_MS.sinceFirstRequest;
      armed.anyAfter = Math.min(armed.anyAfter, Date.now() + patience);
    }
    if (
      armed !== null && ((route === armed.kill.route && armed.skip-- <= 0) || Date.now() > armed.anyAfter)
    ) {
      return this.#deadly(armed.kill, () => armed.fired(route));
    }
    if (this.#outage?.service === service && Date.now() < this.#outage.until) {
      return { kind: "answer", status: 503, body: "down" };
    }
    return fault;
  }

  #deadly({ moment, ms }: Kill, fired: () => void): FaultAction | null {
    this.#armed = null;
    const die = () => {
      this.#daemon?.kill();
      fired();
    };
    switch (moment) {
      case "after":
        return { kind: "closeAfter", executed: die };
      case "late":
        die();
        return { kind: "commitsLate", ms };
      case "answered":
        this.#after(ms, die);
        return null;
      default:
        die();
        return { kind: "closeBefore" };
    }
  }

  // The end

  /** Without faults and kills: until every mail has its outcome. */
  async #settle(): Promise<Problem[]> {
    for (const service of SERVICES) this.#faults[service].stop();
    this.#outage = null;
    const { graph, store } = this.world;
    Object.assign(graph.delta.behaviour, { repeats: 0, reversed: false, emptyPages: 0, maxPageSize: 100 });
    graph.sending.sentCopyDelayMs = 0;
    store.searchLagMs = 0;
    this.#post.moveIn(Infinity);
    this.#note("no more faults");
    const until = Date.now() + DEADLINE_MS;
    await pause(2000);
    await this.#check?.ended();
    for (;;) {
      const sent = graph.outbox.length;
      this.#daemon = await this.#spawn(["handle-incoming-events", "--once", "--since", this.#since]);
      this.#starts++;
      const code = await this.#daemon.ended();
      // 4: some mail has failed, which is told below. What was sent has to be read by one more round.
      if ((code === 0 || code === 4) && graph.outbox.length === sent) break;
      if (Date.now() > until) {
        const hanging = [`the program ends with ${code}`, ...await this.#hanging()];
        return hanging.map((words): Problem => ({ kind: "lost", mail: null, words: `not done in time: ${words}` }));
      }
      await pause(300);
    }
    return [...await this.#lastCheck(), ...await this.#leftOver()];
  }

  /** Spooled files and locks of killed processes are gone. */
  async #leftOver(): Promise<Problem[]> {
    const left: string[] = [];
    for await (const { name } of Deno.readDir(this.folder)) {
      if (/\.(attachment|lock)$/.test(name)) left.push(name);
    }
    return left.length === 0 ? [] : [{ kind: "wrong", mail: null, words: `left beside the state: ${left.join(", ")}` }];
  }

  /** The program's own proof: nothing to do, and its table adds up. */
  async #lastCheck(): Promise<Problem[]> {
    this.#check = await this.#spawn(["check-for-missing-events", "--json"]);
    this.#checks++;
    const code = await this.#check.ended();
    const problem = (words: string): Problem[] => [{ kind: "wrong", mail: null, words }];
    if (code !== 0) return problem(`check-for-missing-events ended with ${code}`);
    const [{ address: _, examined, alreadyHandled, ...others }] = JSON.parse(this.#check.stdout).mailboxes;
    const left = Object.values(others as Record<string, number>).reduce((sum, one) => sum + one, 0);
    return left === 0 && examined === alreadyHandled ? [] : problem(`the check found something: ${this.#check.stdout}`);
  }

  async #hanging(): Promise<string[]> {
    const { known } = await this.#state();
    const open = [...this.#post.posted.values()].filter(({ ids }) =>
      ids.some((id) => (known.get(id)?.outcome ?? null) === null)
    );
    return open.map(({ mail }) => `mail ${mail.number} (${mail.kind})`);
  }

  async #state(): Promise<
    { known: Map<string, KnownMessage>; failed: readonly FailedRow[]; relayedSince: number | null }
  > {
    const state = await openState({ path: join(this.folder, "state.db"), readOnly: true });
    try {
      const ids = [...this.#post.posted.values()].flatMap(({ ids }) => ids);
      return {
        known: await state.known(SIM_MAILBOX, ids),
        failed: await state.failed(),
        relayedSince: await relayedSince(state),
      };
    } finally {
      await state.close();
    }
  }

  async #compare(): Promise<Problem[]> {
    const { known, failed, relayedSince } = await this.#state();
    const problems = await compare({
      script: this.script,
      world: this.world,
      post: this.#post,
      people: this.#people,
      known,
      relayedSince,
    });
    const peak = this.world.graph.peakConcurrency(SIM_MAILBOX);
    if (peak > 4) problems.push({ kind: "wrong", mail: null, words: `${peak} requests at once to the mailbox` });
    for (const { internetMessageId, step, error } of failed) {
      const mail = [...this.#post.posted.values()].find(({ messageId }) => messageId === internetMessageId)?.mail;
      problems.push({ kind: "lost", mail: mail?.number ?? null, words: `failed at ${step}: ${error}` });
    }
    return problems;
  }

  // Telling

  #allFaults(): Map<string, number> {
    const all = new Map(this.#weatherFaults);
    for (const service of SERVICES) {
      for (const [name, times] of this.#faults[service].played) all.set(name, (all.get(name) ?? 0) + times);
    }
    return all;
  }

  /** Writes and looks from a second before the mail came, with kills and faults, to its end. */
  #story(number: number): string[] {
    const posted = this.#post.posted.get(number);
    if (posted === undefined) return [];
    const issue = this.world.store.issues().find(({ description }) =>
      JSON.stringify(description ?? "").includes(`tok${this.script.mails[number]!.root}q`)
    );
    const about = [...posted.ids, ...issue === undefined ? [] : [issue.id, issue.key]];
    const lines = this.#events.filter(({ at }) => at >= posted.at - 1000);
    for (const service of SERVICES) {
      for (const { at, method, path, body, status, fault } of this.world[service].journal.entries) {
        const decoded = decodeURIComponent(path);
        const concerned = about.some((id) => decoded.includes(id)) || body.includes(`tok${number}q`) ||
          (method !== "GET" && /\/(issue|send|search.*)$/.test(path));
        if (at < posted.at - 1000 || !concerned) continue;
        lines.push({
          at,
          text: `${service} ${method} ${short(path)} → ${status}${fault === null ? "" : ` (${fault})`}`,
        });
      }
    }
    return lines.sort((a, b) => a.at - b.at).slice(0, 400).map(({ at, text }) =>
      `${((at - this.#startedAt) / 1000).toFixed(3).padStart(9)}  ${text}`
    );
  }

  #note(text: string): void {
    this.#events.push({ at: Date.now(), text });
  }

  #after(ms: number, action: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}

/** Ids of Graph are long, and only their ends differ. */
function short(path: string): string {
  return path.replace(/[A-Za-z0-9_=%-]{40,}/g, (id) => `…${id.slice(-12)}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
