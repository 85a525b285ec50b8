/**
 * Graph lets an app have four requests at once per mailbox, whatever the number of processes. The four are leases in the
 * state: a process uses as many as it holds, takes what is free up to its fair share, and gives back what others lack.
 */

import { getLogger } from "@logtape/logtape";
import { StateError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";
import type { LeaseHolder, State } from "../core/state_port.ts";

const SLOTS = 4;
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 500;

export type Role = "listener" | "check";

const COMMANDS: Readonly<Record<string, string>> = {
  listener: "handle-incoming-events",
  standby: "handle-incoming-events",
  check: "check-for-missing-events",
};

const logger = getLogger(["o365-connect", "share"]);

/** How many of the four this process may use, and who works on the mailbox beside it. */
interface Share {
  readonly slots: number;
  readonly others: readonly LeaseHolder[];
}

export interface GraphShareOptions {
  readonly state: Pick<State, "acquireLease" | "releaseLease" | "leaseHolder">;
  readonly clock: Clock;
  readonly mailboxes: readonly string[];
  readonly role: Role;
  setCapacity(mailbox: string, capacity: number): void;
  /** Requests of this process under way. */
  underWay(mailbox: string): number;
}

/** Keeps this process's share up to date until `stop` is called. */
export class GraphShare {
  #held = new Map<string, Set<number>>();
  /** Mailbox → what was last said about those it is shared with. */
  #said = new Map<string, string>();
  #stopped = new AbortController();
  #loop: Promise<void> | null = null;

  constructor(private readonly options: GraphShareOptions) {
    for (const mailbox of options.mailboxes) this.#held.set(mailbox, new Set());
  }

  /** Resolves when at least one slot of each mailbox is ours. */
  async start(signal: AbortSignal): Promise<void> {
    for (const mailbox of this.options.mailboxes) this.options.setCapacity(mailbox, 0);
    await this.#look();
    while (!signal.aborted && [...this.#held.values()].some((slots) => slots.size === 0)) {
      await this.options.clock.sleep(50, signal);
      await this.#look();
    }
    this.#loop = this.#keep();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    // What cannot be given back now is void as soon as this process has ended.
    await unlessStateFails(() => this.#giveBack());
  }

  async #giveBack(): Promise<void> {
    for (const mailbox of this.options.mailboxes) {
      for (const slot of this.#held.get(mailbox)!) await this.options.state.releaseLease(slotName(mailbox, slot));
      for (const name of [checkName, listenerName, standbyName]) await this.options.state.releaseLease(name(mailbox));
    }
  }

  async #keep(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.options.clock.sleep(LOOK_EVERY_MS, this.#stopped.signal);
      // Nobody else can take a slot while the state cannot be written; who notices and says so are the workers.
      if (!this.#stopped.signal.aborted) await unlessStateFails(() => this.#look());
    }
  }

  async #look(): Promise<void> {
    for (const mailbox of this.options.mailboxes) await this.#lookAt(mailbox);
  }

  async #lookAt(mailbox: string): Promise<void> {
    const { state, role, setCapacity, underWay } = this.options;
    const held = this.#held.get(mailbox)!;
    const share = await this.#share(mailbox);
    this.#say(mailbox, share);
    const wanted = share.slots;
    setCapacity(mailbox, Math.min(wanted, held.size));
    for (const slot of [...held]) {
      // Given back only when it is really free: a request that is under way may take a while.
      if (held.size > wanted && underWay(mailbox) < held.size) {
        held.delete(slot);
        await state.releaseLease(slotName(mailbox, slot));
      } else if (await state.acquireLease(slotName(mailbox, slot), role, LEASE_MS) !== null) {
        held.delete(slot);
      }
    }
    for (let slot = 0; slot < SLOTS && held.size < wanted; slot++) {
      if (held.has(slot)) continue;
      if (await state.acquireLease(slotName(mailbox, slot), role, LEASE_MS) === null) held.add(slot);
    }
    setCapacity(mailbox, Math.min(wanted, held.size));
  }

  /** Whoever comes second gets one of the four, and says that it is there, so that the first leaves it one. */
  async #share(mailbox: string): Promise<Share> {
    const { state, role } = this.options;
    const among = async (...names: string[]) =>
      (await Promise.all(names.map((name) => state.leaseHolder(name)))).filter((holder) => holder !== null);
    if (role === "check") {
      await state.acquireLease(checkName(mailbox), "check", LEASE_MS);
      const others = await among(listenerName(mailbox), standbyName(mailbox));
      return { slots: others.some((other) => other.role === "listener") ? 1 : SLOTS, others };
    }
    const first = await state.acquireLease(listenerName(mailbox), "listener", LEASE_MS);
    if (first !== null) {
      await state.acquireLease(standbyName(mailbox), "standby", LEASE_MS);
      return { slots: 1, others: [first, ...await among(checkName(mailbox))] };
    }
    await state.releaseLease(standbyName(mailbox));
    const others = await among(checkName(mailbox), standbyName(mailbox));
    return { slots: SLOTS - others.length, others };
  }

  /** Each change is said once. */
  #say(mailbox: string, { slots, others }: Share): void {
    const names = others.map(({ owner, role }) => `${COMMANDS[role] ?? role} (process ${owner.split("-")[0]})`);
    const text = names.join(" and ");
    const before = this.#said.get(mailbox) ?? "";
    this.#said.set(mailbox, text);
    if (text === before) return;
    if (text === "") logger.info("{mailbox} is handled by this process alone again.", { mailbox });
    else {
      logger.info(
        "{mailbox} is handled together with {others}; {slots} of Graph's 4 requests at once are this process's.",
        { mailbox, others: text, slots },
      );
    }
  }
}

async function unlessStateFails(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
  }
}

function slotName(mailbox: string, slot: number): string {
  return `graph-slot:${mailbox}:${slot}`;
}

function checkName(mailbox: string): string {
  return `check:${mailbox}`;
}

function listenerName(mailbox: string): string {
  return `listener:${mailbox}`;
}

function standbyName(mailbox: string): string {
  return `standby:${mailbox}`;
}

/** Who holds the requests at once of a mailbox, one entry for each that is held. */
export async function slotHolders(state: Pick<State, "leaseHolder">, mailbox: string): Promise<LeaseHolder[]> {
  const holders: LeaseHolder[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const holder = await state.leaseHolder(slotName(mailbox, slot));
    if (holder !== null) holders.push(holder);
  }
  return holders;
}
