/** What a run will do: mails, kills, weather and people, all from the seed and nothing else. */

import { type Kill, KILL_ROUTES, plannedKill } from "./kills.ts";
import { Random } from "./random.ts";

export type Kind = "cloud" | "server";

/**
 * What kind of mail it is, and what must become of it:
 * `new` and `answer-to-agent` (answers a mail that an agent started with) an issue; `twin` (stored twice) and `moved-in`
 * (stored elsewhere, moved into the Inbox later) one issue; `reply`, `renamed` (another subject), `ack-reply` (answers
 * our acknowledgement) and `agent` (Sent Items) a comment on their root's issue; `agent-start` and `automatic` nothing.
 */
export type MailKind =
  | "new"
  | "twin"
  | "moved-in"
  | "answer-to-agent"
  | "reply"
  | "renamed"
  | "ack-reply"
  | "agent"
  | "agent-start"
  | "automatic";

export interface PlannedFile {
  readonly name: string;
  readonly size: number;
  /** Set for a picture that stands in the text. */
  readonly contentId: string | null;
}

export interface PlannedMail {
  readonly number: number;
  readonly kind: MailKind;
  /** In which cycle it is delivered. */
  readonly cycle: number;
  /** Number of the mail it answers. */
  readonly parent: number | null;
  /** Number of the mail whose issue it belongs to: itself for what becomes an issue; `null`: nothing becomes of it. */
  readonly root: number | null;
  /** Numbers of customers. */
  readonly from: number;
  readonly cc: readonly number[];
  readonly files: readonly PlannedFile[];
  /** Milliseconds after the beginning of its cycle. */
  readonly delayMs: number;
}

/** What the services do beside answering wrong, until the next cycle. */
export interface Weather {
  readonly expireTokens: boolean;
  readonly deltaRefusal: "gone" | "syncStateNotFound" | "resyncRequired" | "all" | null;
  readonly repeats: number;
  readonly reversed: boolean;
  readonly emptyPages: number;
  readonly maxPageSize: number;
  readonly searchLagMs: number;
  readonly sentCopyDelayMs: number;
  /** One service answers everything with 503 for so long. */
  readonly outage: { readonly service: "entra" | "graph" | "jira"; readonly ms: number } | null;
}

export interface Deed {
  readonly kind: "comment" | "summary" | "description" | "edit-comment";
  /** Which of the issues that exist then: 0 the oldest, 1 the youngest. */
  readonly which: number;
  readonly delayMs: number;
}

/** From one start of the program to its end by a kill. */
export interface Cycle {
  readonly kill: Kill;
  /** A `check-for-missing-events` runs beside the daemon. */
  readonly check: boolean;
  /** The kill takes both. */
  readonly killBoth: boolean;
  readonly weather: Weather;
  readonly deeds: readonly Deed[];
}

export interface Script {
  readonly seed: string;
  readonly kind: Kind;
  /** Comments of people are mailed to the customers. */
  readonly relay: boolean;
  readonly mails: readonly PlannedMail[];
  readonly cycles: readonly Cycle[];
}

export const CUSTOMERS = 40;
/** Customers up to this number have a Jira account. */
export const JIRA_USERS = 12;
const MAX_ANSWERS = 8;
/** Answers are to one of so many conversations, the youngest. */
const LIVELY = 12;
const NAMES = ["report.txt", "Rechnung März.pdf", "photo.jpg", "a b.csv", "report.txt"];
/** Bytes; few, so that different files of one conversation often have the same name and the same size. */
const SIZES = [9, 1000, 1000, 1000, 3999];

/** With `relay` people comment more: their comments are mailed. */
export function makeScript(seed: string, kind: Kind, mails: number, kills: number, relay = false): Script {
  const random = new Random(`${seed}/${kind}/script${relay ? "/relay" : ""}`);
  const planned: PlannedMail[] = [];
  for (let number = 0; number < mails; number++) {
    planned.push(planMail(random, planned, number, Math.floor(number * kills / mails)));
  }
  const routes = random.shuffled(KILL_ROUTES[kind]);
  const cycles: Cycle[] = [];
  for (let i = 0; i < kills; i++) {
    cycles.push({
      kill: plannedKill(random, routes, i, cycles.at(-1)?.kill),
      check: random.chance(0.12),
      killBoth: random.chance(0.5),
      weather: planWeather(random),
      deeds: Array.from({ length: random.between(0, relay ? 4 : 2) }, () => planDeed(random, relay)),
    });
  }
  return { seed, kind, relay, mails: planned, cycles };
}

/** The word by which a mail's text is found again. */
export function tokenOf(number: number): string {
  return `tok${number}q`;
}

function planMail(random: Random, earlier: readonly PlannedMail[], number: number, cycle: number): PlannedMail {
  const roots = earlier.filter((mail) => mail.root === mail.number && mayBeAnswered(mail, earlier, cycle))
    .slice(-LIVELY);
  const started = earlier.filter(({ kind, number }) =>
    kind === "agent-start" && !earlier.some(({ parent }) => parent === number)
  );
  const kind = random.weighted<MailKind>([
    [40, "new"],
    [4, "twin"],
    [4, "moved-in"],
    [3, "agent-start"],
    [4, "automatic"],
    [started.length > 0 ? 4 : 0, "answer-to-agent"],
    [roots.length > 0 ? 26 : 0, "reply"],
    [roots.length > 0 ? 7 : 0, "renamed"],
    [roots.length > 0 ? 4 : 0, "ack-reply"],
    [roots.length > 0 ? 9 : 0, "agent"],
  ]);
  const delayMs = random.between(0, 600);
  const common = { number, kind, cycle, delayMs, files: planFiles(random, kind, number) };
  switch (kind) {
    case "reply":
    case "renamed":
    case "ack-reply":
    case "agent": {
      const root = random.pick(roots);
      const parent = kind === "ack-reply"
        ? root
        : random.pick(earlier.filter((mail) => mail.root === root.number && mail.kind !== "twin" || mail === root));
      const from = random.pick([root.from, ...root.cc]);
      return { ...common, parent: parent.number, root: root.number, from, cc: [] };
    }
    case "answer-to-agent": {
      const parent = random.pick(started);
      return { ...common, parent: parent.number, root: number, from: parent.from, cc: [] };
    }
    default: {
      const from = random.below(CUSTOMERS);
      const other = random.below(CUSTOMERS);
      const cc = random.chance(0.35) && other !== from ? [other] : [];
      const nothing = kind === "agent-start" || kind === "automatic";
      return { ...common, parent: null, root: nothing ? null : number, from, cc };
    }
  }
}

/** A mail that is moved in is answered when it has been there for a while. */
function mayBeAnswered(mail: PlannedMail, all: readonly PlannedMail[], cycle: number): boolean {
  if (mail.kind === "moved-in" && cycle < mail.cycle + 3) return false;
  return all.filter(({ root }) => root === mail.number).length <= MAX_ANSWERS;
}

function planFiles(random: Random, kind: MailKind, number: number): PlannedFile[] {
  if (kind === "automatic" || kind === "agent-start") return [];
  const files: PlannedFile[] = [];
  if (random.chance(0.45)) {
    const alike = random.chance(0.5) ? { name: random.pick(NAMES), size: random.pick(SIZES) } : null;
    const count = random.between(1, 3);
    for (let i = 0; i < count; i++) {
      const size = random.chance(0.03) ? 1_200_000 : random.pick(SIZES);
      files.push({ name: alike?.name ?? random.pick(NAMES), size: alike?.size ?? size, contentId: null });
    }
  }
  if (random.chance(0.22)) {
    const count = random.between(1, 2);
    for (let i = 0; i < count; i++) {
      files.push({
        name: "image001.png",
        size: random.between(80, 3000),
        contentId: `p${i}.${number}@customer.example`,
      });
    }
  }
  return files;
}

function planDeed(random: Random, relay: boolean): Deed {
  return {
    kind: random.weighted(
      [[relay ? 16 : 4, "comment"], [2, "summary"], [2, "description"], [1, "edit-comment"]] as const,
    ),
    which: random.next(),
    delayMs: random.between(0, 1000),
  };
}

function planWeather(random: Random): Weather {
  return {
    expireTokens: random.chance(0.12),
    deltaRefusal: random.chance(0.12)
      ? random.pick(["gone", "syncStateNotFound", "resyncRequired", "all"] as const)
      : null,
    repeats: random.chance(0.3) ? random.between(1, 4) : 0,
    reversed: random.chance(0.3),
    emptyPages: random.chance(0.2) ? random.between(1, 2) : 0,
    maxPageSize: random.pick([5, 20, 100, 100]),
    searchLagMs: random.chance(0.5) ? random.between(50, 350) : 0,
    sentCopyDelayMs: random.chance(0.3) ? random.between(100, 1500) : 0,
    outage: random.chance(0.04)
      ? { service: random.pick(["entra", "graph", "jira"] as const), ms: random.between(300, 1500) }
      : null,
  };
}

/** Customers who have a Jira account. */
export function customerAddressesWithAccount(): { readonly name: string; readonly address: string }[] {
  return Array.from({ length: JIRA_USERS }, (_, i) => ({ name: `Customer ${i}`, address: `c${i}@customer.example` }));
}
