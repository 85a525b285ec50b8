/** Which request goes wrong, and how: a function of the seed, the service and the request's number. */

import type { FaultAction } from "../../src/sim/kit/faults.ts";
import { isWriteRoute, routeOf, type Service } from "./kills.ts";
import { Random } from "./random.ts";

/** Milliseconds; what the program is configured with, and what faults may last. */
export const TIMING = {
  reconcileDelay: 1500,
  requestTimeout: 3000,
  pollInterval: 200,
  relayDelay: 1000,
  /** After its doubt began, a write may still take effect so late. With {@link Weather.searchLagMs} less than the delay. */
  latestCommit: 800,
} as const;

/** How many go wrong. Of reads few enough that no mail meets six that do: it would rightly be called failed. */
const SHARE = { reads: 0.015, writes: 0.1 };

const RETRY_LATER = () => ({ "retry-after": "1" });
const AT_A_TIME = () => ({ "retry-after": new Date(Date.now() + 1000).toUTCString() });

interface Fault {
  /** Shown in the figures. */
  readonly name: string;
  readonly action: FaultAction;
}

export class Faults {
  /** How often each was played. */
  readonly played = new Map<string, number>();
  readonly #random: Random;
  #quiet = false;

  constructor(seed: string, private readonly service: Service) {
    this.#random = new Random(`${seed}/${service}/faults`);
  }

  /** No more faults: what is left to do must now succeed. */
  stop(): void {
    this.#quiet = true;
  }

  next(method: string, path: string): FaultAction | null {
    // Drawn for every request, so that the n-th request has the n-th fate whatever was asked before.
    const [hit, which, detail] = [this.#random.next(), this.#random.next(), this.#random.next()];
    const route = routeOf(this.service, method, path);
    if (this.#quiet || hit >= (isWriteRoute(route) ? SHARE.writes : SHARE.reads)) return null;
    const fault = this.#fault(route, which, detail);
    this.count(fault.name);
    return fault.action;
  }

  count(name: string): void {
    this.played.set(name, (this.played.get(name) ?? 0) + 1);
  }

  #fault(route: string, which: number, detail: number): Fault {
    const faults = [
      ...this.#answers(),
      ...NETWORK,
      ...isWriteRoute(route) ? this.#lostAnswers(detail) : [],
      // Other bytes in the place of a file's cannot be told from the file: Graph gives no checksum.
      ...route === "attachment bytes" ? [] : [GARBAGE, GARBAGE],
    ];
    return faults[Math.floor(which * faults.length)]!;
  }

  /** Nothing is executed, and the answer says more or less so. */
  #answers(): Fault[] {
    const answer = (status: number, headers: Record<string, string> = {}, words = ""): Fault => ({
      name: `${status}${words}`,
      action: { kind: "answer", status, headers, body: bodyOf(this.service, status) },
    });
    return [
      answer(429, RETRY_LATER(), " Retry-After"),
      answer(429, AT_A_TIME(), " Retry-After (date)"),
      ...(this.#random.chance(0.3) ? [answer(429)] : [answer(500)]),
      answer(500),
      answer(502),
      answer(503),
      answer(503, RETRY_LATER(), " Retry-After"),
      answer(504),
      ...(this.service === "entra" ? [] : [answer(408), answer(409)]),
    ];
  }

  /** Something is executed, and the answer does not say so. */
  #lostAnswers(detail: number): Fault[] {
    const after = (status: number): Fault => ({
      name: `${status} after the effect`,
      action: { kind: "answerAfter", status, body: bodyOf(this.service, status) },
    });
    const late: Fault = {
      name: "committed late",
      action: { kind: "commitsLate", ms: 20 + Math.floor(detail * (TIMING.latestCommit - 20)) },
    };
    const slow: Fault = {
      name: "answer after our timeout",
      // Executed at once: what is executed later than this test promises may be doubled, above all after a kill.
      action: { kind: "answersLate", ms: TIMING.requestTimeout + 100 + Math.floor(detail * 600) },
    };
    const closed: Fault = { name: "closed after the effect", action: { kind: "closeAfter" } };
    return [after(500), after(502), after(504), after(408), after(409), closed, closed, closed, late, late, late, slow];
  }
}

/** Any request, read or write. A truncated or garbled answer is to something that was executed. */
const NETWORK: readonly Fault[] = [
  { name: "closed before the effect", action: { kind: "closeBefore" } },
  { name: "closed before the effect", action: { kind: "closeBefore" } },
  { name: "truncated", action: { kind: "truncate" } },
  { name: "truncated", action: { kind: "truncate" } },
  { name: "slow", action: { kind: "delay", ms: 300 } },
  { name: "no answer", action: { kind: "hang" } },
];

const GARBAGE: Fault = { name: "garbage", action: { kind: "garbage" } };

/** What the service would say. */
function bodyOf(service: Service, status: number): unknown {
  if (status === 502 || status === 504) return `<html><body><h1>${status}</h1></body></html>`;
  if (service === "graph") return { error: { code: GRAPH_CODES[status] ?? "generalException", message: "Try again." } };
  if (service === "entra") return { error: "temporarily_unavailable", error_description: "AADSTS90033: try again." };
  return { errorMessages: ["Try again."], errors: {} };
}

const GRAPH_CODES: Readonly<Record<number, string>> = {
  408: "requestTimeout",
  409: "ErrorIrresolvableConflict",
  429: "ApplicationThrottled",
  500: "ErrorInternalServerError",
  503: "ErrorServerBusy",
};
