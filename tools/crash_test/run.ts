/** One run: a world, the program in it, killed again and again, then left in peace until all is done. */

import { SIM_MAILBOX, SimWorld } from "../../src/app/sim_world.ts";
import type { FaultAction } from "../../src/sim/kit/faults.ts";
import type { Program } from "../bench/program.ts";
import { compare, type Problem } from "./compare.ts";
import { Diary } from "./diary.ts";
import { Faults } from "./faults.ts";
import { type Moment, routeOf, type Service, SERVICES } from "./kills.ts";
import { People } from "./people.ts";
import { Post } from "./post.ts";
import { Processes } from "./processes.ts";
import { figuresOf, type RunResult } from "./result.ts";
import { customerAddressesWithAccount, type Cycle, makeScript, type Script } from "./script.ts";
import { settle } from "./settling.ts";
import { readStored } from "./stored.ts";
import { pause, Timers } from "./timers.ts";
import { Trigger } from "./trigger.ts";
import { Sky } from "./weather.ts";

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

class Crash {
  readonly #diary = new Diary();
  readonly #timers = new Timers();
  readonly #post: Post;
  readonly #people: People;
  readonly #sky: Sky;
  readonly #processes: Processes;
  readonly #trigger: Trigger;
  readonly #faults: Readonly<Record<Service, Faults>>;
  readonly #killsByMoment = new Map<Moment, number>();
  readonly #killsByRoute = new Map<string, number>();
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
    this.#sky = new Sky(world);
    this.#processes = new Processes(options, world, folder, this.#diary);
    this.#trigger = new Trigger(this.#timers, () => this.#processes.kill(false));
    const faults = (service: Service) => new Faults(`${script.seed}/${script.kind}`, service);
    this.#faults = { entra: faults("entra"), graph: faults("graph"), jira: faults("jira") };
    for (const service of SERVICES) {
      this.world[service].faults.chance = (method, path) => this.#fate(service, method, path);
    }
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
      starts: this.#processes.starts,
      checks: this.#processes.checks,
      deeds: this.#deeds,
      seconds: (Date.now() - this.#diary.startedAt) / 1000,
      settleSeconds,
      ...figuresOf(this.world),
      folder: this.folder,
      story: (mail) => this.#diary.story(mail, { world: this.world, post: this.#post, script: this.script }),
    };
  }

  /** Nothing is left running. */
  async end(): Promise<void> {
    this.#timers.clear();
    await this.#processes.end();
  }

  async #cycle(number: number, cycle: Cycle): Promise<void> {
    this.#sky.change(cycle.weather);
    this.#post.moveIn(number);
    const mails = this.script.mails.filter((mail) => mail.cycle === number);
    const delivered = this.#deliver(mails);
    for (const deed of cycle.deeds) {
      this.#timers.after(deed.delayMs, () => this.#deeds += this.#people.do(deed) ? 1 : 0);
    }
    this.#processes.start();
    if (cycle.check) this.#processes.startCheck();
    const { moment, ms } = cycle.kill;
    if (moment === "start-up" || moment === "random") {
      await pause(ms);
      this.#kill(cycle, moment, null);
    } else {
      const route = await this.#trigger.arm(cycle.kill);
      this.#kill(cycle, route === null ? "random" : moment, route);
    }
    await this.#processes.gone(cycle.killBoth);
    await delivered;
  }

  /** In their order: a mail is answered after it was sent. */
  async #deliver(mails: Script["mails"]): Promise<void> {
    let waited = 0;
    for (const mail of mails) {
      if (mail.delayMs > waited) await pause(mail.delayMs - waited);
      waited = Math.max(waited, mail.delayMs);
      await this.#post.deliver(mail);
      this.#diary.note(`mail ${mail.number} (${mail.kind}) is delivered`);
    }
  }

  #kill(cycle: Cycle, moment: Moment, route: string | null): void {
    this.#processes.kill(cycle.killBoth);
    this.#killsByMoment.set(moment, (this.#killsByMoment.get(moment) ?? 0) + 1);
    if (route !== null) this.#killsByRoute.set(route, (this.#killsByRoute.get(route) ?? 0) + 1);
    this.#diary.note(`killed ${moment}${route === null ? "" : ` ${route}`}${cycle.killBoth ? ", the check too" : ""}`);
  }

  /** What happens to a request: it kills, or goes wrong, or neither. */
  #fate(service: Service, method: string, path: string): FaultAction | null {
    const fault = this.#faults[service].next(method, path);
    const route = routeOf(service, method, path);
    if (this.#trigger.isMetBy(route)) return this.#trigger.fire(route);
    if (this.#sky.isDown(service)) return { kind: "answer", status: 503, body: "down" };
    return fault;
  }

  /** Without faults and kills: until every mail has its outcome. */
  async #settle(): Promise<Problem[]> {
    for (const service of SERVICES) this.#faults[service].stop();
    this.#sky.clear();
    this.#post.moveIn(Infinity);
    this.#diary.note("no more faults");
    return await settle({ world: this.world, post: this.#post, processes: this.#processes, folder: this.folder });
  }

  async #compare(): Promise<Problem[]> {
    const { known, failed, relayedSince } = await readStored(this.folder, this.#post);
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

  #allFaults(): Map<string, number> {
    const all = new Map(this.#sky.counts);
    for (const service of SERVICES) {
      for (const [name, times] of this.#faults[service].played) all.set(name, (all.get(name) ?? 0) + times);
    }
    return all;
  }
}
