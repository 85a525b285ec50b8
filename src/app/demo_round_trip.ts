/** The demo's conversation in both directions: a comment in Jira reaches the sender, and the answer comes back. */

import { readMailbox } from "../streaming/poll.ts";
import type { Bridge } from "./bridge.ts";
import type { Worker } from "../pipeline/worker.ts";
import { SIM_MAILBOX, type SimWorld } from "./sim_world.ts";

export interface RoundTripOptions {
  readonly worker: Worker;
  readonly patienceMs: number;
  readonly write: (line: string) => void;
  readonly stop: AbortSignal;
}

const GRACE = "grace@example.com";
const QUESTION = "#reply Which model is it? Somebody can come at ten.";
const AMONG_US = "Not a word to the customer: the spare part is late.";
const ANSWER = "It is the old one in the cellar. Ten is fine.";

/** Returns whether it went as it should; says so either way. */
export async function roundTrip(world: SimWorld, bridge: Bridge, options: RoundTripOptions): Promise<boolean> {
  const { worker, patienceMs, write, stop } = options;
  const { graph, store } = world;
  const first = graph.outbox[0];
  const key = /\[(\w+-\d+)\]/.exec(first?.subject ?? "")?.[1];
  const issue = key === undefined ? null : store.issue(key);
  const sender = first?.to[0];
  if (first === undefined || issue === null || sender === undefined) return false;
  const relay = async () => await bridge.relaying().drain(stop, stop, patienceMs);
  await relay();
  store.commentAs(GRACE, issue, QUESTION);
  store.commentAs(GRACE, issue, AMONG_US);
  const before = graph.outbox.length;
  const comments = issue.comments.length + 1;
  await relay();
  const [mailed, ...more] = graph.outbox.slice(before);
  const told = mailed !== undefined && more.length === 0 &&
    mailed.to.some(({ address }) => address === sender.address) &&
    mailed.body.content.includes("Somebody can come at ten");
  if (mailed !== undefined) {
    await graph.deliver(SIM_MAILBOX, {
      from: sender.address,
      subject: `Re: ${mailed.subject}`,
      text: ANSWER,
      inReplyTo: mailed.internetMessageId,
    });
  }
  await readMailbox({ graph: bridge.graph, state: bridge.state, clock: bridge.parts.clock }, SIM_MAILBOX, stop);
  await worker.drain(stop, stop, patienceMs);
  const answered = issue.comments.length === comments;
  write("");
  write(`A conversation about ${issue.key}, with JIRA_COMMENT_RELAY=marked:`);
  write(
    `  Grace comments in Jira "${QUESTION}": ${told ? `mailed to ${sender.address}` : "not mailed (expected: mailed)"}`,
  );
  write(`  Grace comments without the marker: ${more.length === 0 ? "stays in Jira" : "mailed (expected: not)"}`);
  write(`  ${sender.address} answers the mail: ${answered ? "one comment" : "no comment (expected: one)"}`);
  return told && answered && more.length === 0;
}
