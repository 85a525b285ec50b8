/** One delivery whose mail was read, on its way to its outcome. */

import type { Message } from "../core/mail.ts";
import type { Delivery, Effect, Finish, Release } from "../core/state_port.ts";
import type { StepHold } from "./context.ts";
import type { GatheredFacts } from "./decide.ts";
import type { Resumption } from "./resumption.ts";

export type Ending = { readonly finish: Finish } | { readonly release: Release };

export interface Job {
  readonly delivery: Delivery;
  readonly message: Message;
  /** What every idempotency key of the mail begins with. */
  readonly key: string;
  readonly hold: StepHold;
  readonly effects: readonly Effect[];
  readonly identity: string | null;
  readonly facts: GatheredFacts;
  readonly resumed?: Resumption;
}
