import type { Clock } from "../../core/clock.ts";

/** How often something happened lately, in slots of equal length. Takes the same memory however often. */
export class Recent {
  readonly #slots: number[];
  /** Number since 1970 of the slot that is written to. */
  #current: number;

  constructor(private readonly clock: Clock, private readonly slotMs: number, count: number) {
    this.#slots = Array.from({ length: count }, () => 0);
    this.#current = this.#now();
  }

  add(): void {
    this.#advance();
    this.#slots[this.#current % this.#slots.length]!++;
  }

  /** The oldest first, the current one last. */
  slots(): number[] {
    this.#advance();
    const { length } = this.#slots;
    return this.#slots.map((_, index) => this.#slots[(this.#current + 1 + index) % length]!);
  }

  sum(): number {
    return this.slots().reduce((sum, one) => sum + one, 0);
  }

  /** A clock that is set back leaves the current slot in use. */
  #advance(): void {
    const now = this.#now();
    const { length } = this.#slots;
    for (let passed = Math.min(now - this.#current, length); passed > 0; passed--) {
      this.#slots[(now - passed + 1) % length] = 0;
    }
    this.#current = Math.max(now, this.#current);
  }

  #now(): number {
    return Math.floor(this.clock.now() / this.slotMs);
  }
}
