/** The lines at the head of an issue or comment: who wrote, who else received the mail. */

import type { AdfNode } from "../core/jira.ts";
import { oneLine } from "./clean_text.ts";
import type { Person } from "./content.ts";
import { safeHref } from "./links.ts";
import { escapeWiki } from "./wiki_escape.ts";
import { wikiAddress } from "./wiki_inlines.ts";

export interface PeopleLine {
  readonly label: string;
  readonly people: readonly Person[];
}

/** Further people are counted, not named. */
const MAX_NAMED = 40;
/** Names and addresses longer than this are no names. */
const MAX_NAME = 320;

export function adfPeople({ label, people }: PeopleLine): AdfNode {
  const content: AdfNode[] = [{ type: "text", text: `${label} `, marks: [{ type: "strong" }] }];
  people.slice(0, MAX_NAMED).forEach((person, at) => {
    if (at > 0) content.push({ type: "text", text: ", " });
    content.push(adfPerson(person));
  });
  if (people.length > MAX_NAMED) content.push({ type: "text", text: moreThan(people) });
  return { type: "paragraph", content };
}

function adfPerson(person: Person): AdfNode {
  if (person.jiraUser !== null) {
    return { type: "mention", attrs: { id: person.jiraUser.id, text: `@${oneLine(person.jiraUser.displayName)}` } };
  }
  const href = mailto(person);
  return {
    type: "text",
    text: nameOf(person),
    ...(href === null ? {} : { marks: [{ type: "link", attrs: { href } }] }),
  };
}

export function wikiPeople({ label, people }: PeopleLine): string {
  const named = people.slice(0, MAX_NAMED).map(wikiPerson).join(", ");
  return `*${label}* ${named}${people.length > MAX_NAMED ? moreThan(people) : ""}`;
}

function wikiPerson(person: Person): string {
  const { jiraUser } = person;
  // A login that would end the mention early cannot be mentioned.
  if (jiraUser !== null && /^[^\s[\]|{}\\^!]+$/.test(jiraUser.id)) return `[~${jiraUser.id}]`;
  const href = mailto(person);
  const place = { before: "(", after: ")", lineStart: false } as const;
  if (href === null) return escapeWiki(nameOf(person), place);
  return `[${escapeWiki(nameOf(person), { ...place, within: "link" })}|${wikiAddress(href)}]`;
}

function moreThan(people: readonly Person[]): string {
  return ` and ${people.length - MAX_NAMED} more`;
}

/** `Ada Byron <ada@example.com>`, or the address alone. */
export function nameOf({ name, address, jiraUser }: Person): string {
  const shown = clipped(oneLine(address)) || "unknown address";
  const clean = clipped(oneLine(name)) || oneLine(jiraUser?.displayName ?? "");
  return clean === "" || clean.toLowerCase() === shown.toLowerCase() ? shown : `${clean} <${shown}>`;
}

function clipped(text: string): string {
  return text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME).toWellFormed()}…`;
}

function mailto({ address }: Person): string | null {
  const clean = oneLine(address);
  if (clean.length > MAX_NAME || !/^[^\s@<>()[\]|{}"\\,;:?&]+@[^\s@<>()[\]|{}"\\,;:?&/]+$/.test(clean)) return null;
  return safeHref(`mailto:${clean.replaceAll("%", "%25").replaceAll("#", "%23")}`);
}
