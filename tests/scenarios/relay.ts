/** What the scenarios of the relay share. */

import type { SentMail } from "../../src/sim/graph/nouns.ts";
import type { SimIssue } from "../../src/sim/jira/mod.ts";
import { mail, type MailInit, type Scenario, SUPPORT } from "./world.ts";

export const ADA = "ada@customer.example";
export const GRACE = "grace@example.com";

/** The relay on, comments mailed at once. */
export function relaying(which: "marked" | "public", env: Readonly<Record<string, string>> = {}) {
  return { env: { JIRA_COMMENT_RELAY: which, JIRA_COMMENT_RELAY_DELAY_SECONDS: "0", ACK: "off", ...env } };
}

/** Ada's mail became an issue, and the relay knows since when it is on. */
export async function withIssue(scenario: Scenario, init: MailInit = {}): Promise<SimIssue> {
  await scenario.world.graph.deliver(SUPPORT, mail({ id: "first@customer.example", ...init }));
  await scenario.once();
  return scenario.issue();
}

/** Mail that left by our program, in order. */
export function relayed(scenario: Scenario): SentMail[] {
  return scenario.world.graph.outbox.filter(({ by }) => by === "client");
}

/** Everybody whom a mail went to, sorted. */
export function recipientsOf({ to, cc, bcc }: SentMail): string[] {
  return [...to, ...cc, ...bcc].map(({ address }) => address).sort();
}

/** The body without tags, on one line. */
export function textOf({ body }: Pick<SentMail, "body">): string {
  return body.content.replace(/<(style|head)[\s\S]*?<\/\1>/g, " ").replace(/<[^>]+>/g, " ").replaceAll("&nbsp;", " ")
    .replaceAll("&#39;", "'").replace(/\s+/g, " ").trim();
}
