/** A stream of numbers that follows from a text: what makes a run of the crash test repeatable. */

/** Two streams with different seeds have nothing to do with each other. */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    this.#state = hashed(seed);
    for (let i = 0; i < 12; i++) this.#bits();
  }

  /** 0 ≤ x < 1. */
  next(): number {
    return this.#bits() / 2 ** 32;
  }

  /** A whole number, 0 ≤ x < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("nothing to pick from");
    return list[this.below(list.length)]!;
  }

  /** One of the values, as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices.at(-1)![1];
  }

  shuffled<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#bits() >>> 24;
    return bytes;
  }

  /** sfc32 of Chris Doty-Humphrey's PractRand. */
  #bits(): number {
    const state = this.#state;
    const [a, b, c, d] = state as unknown as [number, number, number, number];
    const result = (a + b + d) >>> 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + result;
    state[3] = d + 1;
    return result;
  }
}

function hashed(seed: string): Uint32Array {
  const state = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 1]);
  for (let i = 0; i < seed.length; i++) {
    for (let lane = 0; lane < 3; lane++) {
      state[lane] = Math.imul(state[lane]! ^ (seed.charCodeAt(i) + lane), 0x01000193 + 2 * lane);
      state[lane] = state[lane]! ^ (state[lane]! >>> 13);
    }
  }
  return state;
}
