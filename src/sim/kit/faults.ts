/** The fault script: which requests go wrong, and how. */

/** What happens instead of, or around, the ordinary answer. */
export type FaultAction =
  /** Answers this without executing anything. */
  | {
    readonly kind: "answer";
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  }
  /** Closes the connection without executing anything. */
  | { readonly kind: "closeBefore" }
  /** Executes, calls `executed`, then closes the connection without an answer. */
  | { readonly kind: "closeAfter"; readonly executed?: () => void }
  /** Executes, then answers this instead of the truth (a gateway that gave up, e.g. 504). */
  | {
    readonly kind: "answerAfter";
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  }
  /** Closes the connection now; executes `ms` later. */
  | { readonly kind: "commitsLate"; readonly ms: number }
  /** Executes, then sends only the first half of the body. */
  | { readonly kind: "truncate" }
  /** Executes, then sends bytes that are not what they claim to be. */
  | { readonly kind: "garbage" }
  /** Executes, then waits before the ordinary answer. */
  | { readonly kind: "answersLate"; readonly ms: number }
  /** Waits before it executes and gives the ordinary answer. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Never answers (until the client gives up); executes nothing. */
  | { readonly kind: "hang" };

export interface FaultRule {
  /** e.g. `POST`; `*` for any. */
  readonly method: string;
  /** Tested against the path without query. */
  readonly path: RegExp;
  readonly action: FaultAction;
  /** How often it is played; default once. */
  readonly times?: number;
  /** How many matching requests pass first; default 0. */
  readonly after?: number;
}

export class FaultScript {
  #rules: { rule: FaultRule; left: number; skip: number }[] = [];
  /** Asked when no rule matches: for seeded random faults. */
  chance: ((method: string, path: string) => FaultAction | null) | null = null;

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1, skip: rule.after ?? 0 });
  }

  /** The fault for this request, used up by asking. */
  next(method: string, path: string): FaultAction | null {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (entry.left <= 0 || (rule.method !== "*" && rule.method !== method) || !rule.path.test(path)) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      entry.left--;
      return rule.action;
    }
    return this.chance?.(method, path) ?? null;
  }

  clear(): void {
    this.#rules = [];
    this.chance = null;
  }
}
