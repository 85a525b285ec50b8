/** Who answered from the mailbox. */

import type { Person } from "../core/decision.ts";
import { type Message, normaliseAddress } from "../core/mail.ts";

/** The sender behind the mailbox, if Exchange names one: that may be a Jira user. The mailbox itself is none. */
export async function agentOf(
  { from, sender }: Pick<Message, "from" | "sender">,
  find: (address: string) => Promise<Person["jiraUser"]>,
): Promise<Person | null> {
  const agent = sender ?? from;
  if (agent === null) return null;
  const named = from !== null && normaliseAddress(agent.address) !== normaliseAddress(from.address);
  return { ...agent, jiraUser: named ? await find(agent.address) : null };
}
