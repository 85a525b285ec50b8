/** The people of a mail, with their Jira users. */

import type { Person } from "../core/decision.ts";
import type { Message } from "../core/mail.ts";
import { otherRecipients } from "../filtering/recipients.ts";
import type { Parts, StepHold } from "./context.ts";
import { ownAddresses } from "./decide.ts";

/** Recipients looked up in Jira; a mail to a whole company is no list of watchers. */
const MAX_PEOPLE = 50;

/** Sender, Cc, and those recipients who can watch an issue: users of Jira, not ourselves. */
export async function peopleOf(parts: Parts, message: Message, hold: StepHold) {
  const person = async ({ name, address }: { name: string; address: string }): Promise<Person> => ({
    name,
    address,
    jiraUser: await parts.people.find(address, hold.signal),
  });
  const own = ownAddresses(parts.settings);
  const others = otherRecipients(message, own);
  const [from, people] = await Promise.all([
    message.from === null ? null : person(message.from),
    Promise.all(others.map((other, i) => i < MAX_PEOPLE ? person(other) : { ...other, jiraUser: null })),
  ]);
  const cc = people.filter(({ address }) => message.cc.some((one) => one.address === address));
  const watchers = people.filter(({ jiraUser }) => jiraUser !== null && jiraUser.id !== parts.ourJira.user.id);
  return { from, cc, watchers };
}
