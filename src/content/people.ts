/** Who wrote, who else received the mail: how a person is named in an issue or comment. */

import type { AdfNode } from "../core/jira.ts";
import { oneLine } from "./clean_text.ts";
import type { Person } from "./content.ts";
import { safeHref } from "./links.ts";
import type { Inline } from "./tree.ts";
import { escapeWiki, wikiAddress } from "./wiki_escape.ts";

/** Further people are counted, not named. */
const MAX_NAMED = 40;
/** Names and addresses longer than this are no names. */
const MAX_NAME = 320;

/** One after the other, with commas. */
export function peopleInlines(people: readonly Person[]): Inline[] {
  const named = people.slice(0, MAX_NAMED).flatMap((person, at): Inline[] => [
    ...(at === 0 ? [] : [{ kind: "text" as const, text: ", ", marks: {} }]),
    { kind: "person", person },
  ]);
  const more = people.length - MAX_NAMED;
  return more > 0 ? [...named, { kind: "text", text: ` and ${more} more`, marks: {} }] : named;
}

/** A mention of the Jira user, else a link to write to. */
export function adfPerson(person: Person): AdfNode {
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

/** The same in wiki markup. */
export function wikiPerson(person: Person): string {
  const { jiraUser } = person;
  // A login that would end the mention early cannot be mentioned.
  if (jiraUser !== null && /^[^\s[\]|{}\\^!]+$/.test(jiraUser.id)) return `[~${jiraUser.id}]`;
  const href = mailto(person);
  const place = { before: "(", after: ")", lineStart: false } as const;
  if (href === null) return escapeWiki(nameOf(person), place);
  return `[${escapeWiki(nameOf(person), { ...place, within: "link" })}|${wikiAddress(href)}]`;
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
