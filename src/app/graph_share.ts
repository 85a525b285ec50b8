/**
 * Graph lets an app have four requests at once per mailbox, whatever the number of processes. The four are leases in the
 * state: a process uses as many as it holds, takes what is free up to its fair share, and gives back what others lack.
 */

import type { Clock } from "../core/clock.ts";
import type { State } from "../core/state_port.ts";

const SLOTS = 4;
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 500;

export type Role = "listener" | "check";

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
    for (const mailbox of this.options.mailboxes) {
      for (const slot of this.#held.get(mailbox)!) await this.options.state.releaseLease(slotName(mailbox, slot));
      for (const name of [checkName, listenerName, standbyName]) await this.options.state.releaseLease(name(mailbox));
    }
  }

  async #keep(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.options.clock.sleep(LOOK_EVERY_MS, this.#stopped.signal);
      if (!this.#stopped.signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    for (const mailbox of this.options.mailboxes) await this.#lookAt(mailbox);
  }

  async #lookAt(mailbox: string): Promise<void> {
    const { state, role, setCapacity, underWay } = this.options;
    const held = this.#held.get(mailbox)!;
    const wanted = await this.#share(mailbox);
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
  async #share(mailbox: string): Promise<number> {
    const { state } = this.options;
    const taken = async (name: string) => (await state.leaseHolder(name)) !== null;
    if (this.options.role === "check") {
      await state.acquireLease(checkName(mailbox), "check", LEASE_MS);
      return await taken(listenerName(mailbox)) ? 1 : SLOTS;
    }
    if (await state.acquireLease(listenerName(mailbox), "listener", LEASE_MS) !== null) {
      await state.acquireLease(standbyName(mailbox), "standby", LEASE_MS);
      return 1;
    }
    await state.releaseLease(standbyName(mailbox));
    return SLOTS - (await taken(checkName(mailbox)) ? 1 : 0) - (await taken(standbyName(mailbox)) ? 1 : 0);
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
