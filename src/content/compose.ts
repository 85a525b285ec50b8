/** The text of an issue or comment: who wrote it, what the mail says, what else is to be said; within Jira's limit. */

import type { AdfDocument, AdfNode, RichText, TextFormat } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import { oneLine } from "./clean_text.ts";
import type { CommentText, ComposedText, IssueText, Person, PictureTarget, ReadMail } from "./content.ts";
import { noteBlocks } from "./notice.ts";
import { textToBlocks } from "./text_blocks.ts";
import type { Block } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";
import { escapeWiki } from "./wiki_escape.ts";

/** Under Jira's 32,767: UTF-16 units of the markup, or of the serialised document. */
const LIMIT = 32_000;
const WHOLE_TEXT_NAME = "whole text.txt";
const EMPTY = "(The mail has no text.)";
const CUT = `The text is longer than Jira takes. The whole of it is attached as "${WHOLE_TEXT_NAME}".`;
const NO_PICTURES = { targets: new Map(), refs: new Map() };
/** Recipients named in the `Cc:` line. */
const MAX_NAMED = 40;

export function composeIssue(format: TextFormat, text: IssueText): ComposedText {
  const lines = [{ label: "From: ", people: text.from === null ? [] : [text.from] }, {
    label: "Cc: ",
    people: text.cc,
  }];
  return compose(format, lines.filter(({ people }) => people.length > 0), text);
}

export function composeComment(format: TextFormat, text: CommentText): ComposedText {
  const label = text.agent ? "Answered from the mailbox by " : "From: ";
  return compose(format, text.from === null ? [] : [{ label, people: [text.from] }], text);
}

interface Line {
  readonly label: string;
  readonly people: readonly Person[];
}

interface Parts {
  readonly mail: ReadMail;
  readonly notes: readonly string[];
  readonly pictures: ReadonlyMap<string, PictureTarget>;
  readonly quotedHistory: IssueText["quotedHistory"];
  readonly limit?: number;
  readonly plain?: boolean;
}

/** Whole if it fits; else without the folded history, then with as many blocks as fit. */
function compose(format: TextFormat, lines: readonly Line[], parts: Parts): ComposedText {
  const limit = Math.min(parts.limit ?? LIMIT, LIMIT);
  const blocks = parts.plain === true ? textToBlocks(parts.mail.text) : parts.mail.document.blocks;
  const history = parts.quotedHistory === "collapse" && parts.plain !== true ? parts.mail.removed.blocks : [];
  const write = (kept: readonly Block[], folded: readonly Block[], truncated: boolean): ComposedText => {
    const notes = truncated ? [...parts.notes, CUT] : parts.notes;
    const body = format === "adf" ? adf(lines, kept, folded, notes, parts) : wiki(lines, kept, folded, notes, parts);
    return { body, truncated, wholeText: WHOLE_TEXT_NAME };
  };
  const whole = write(blocks, history, false);
  if (sizeOf(whole.body) <= limit) return whole;
  const withoutHistory = write(blocks, [], false);
  if (history.length > 0 && sizeOf(withoutHistory.body) <= limit) return withoutHistory;
  return shorten(blocks, limit, (kept) => write(kept, [], true));
}

/** As many whole blocks as fit; if not even the first does, as much of its text as fits. */
function shorten(
  blocks: readonly Block[],
  limit: number,
  write: (kept: readonly Block[]) => ComposedText,
): ComposedText {
  const fits = (kept: readonly Block[]) => sizeOf(write(kept).body) <= limit;
  const count = largest(blocks.length, (n) => fits(blocks.slice(0, n)));
  if (count > 0) return write(blocks.slice(0, count));
  const text = textOf(blocks[0]);
  const length = largest(text.length, (n) => fits(textToBlocks(text.slice(0, n).toWellFormed())));
  return write(textToBlocks(text.slice(0, length).toWellFormed()));
}

/** The largest n up to `most` for which `fits` holds, by halving. */
function largest(most: number, fits: (n: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function textOf(block: Block | undefined): string {
  if (block === undefined) return "";
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return block.inlines.map((inline) => inline.kind === "text" ? inline.text : inline.kind === "break" ? "\n" : "")
        .join("");
    case "code":
      return block.text;
    case "quote":
      return block.blocks.map(textOf).join("\n\n");
    case "list":
      return block.items.map((item) => item.map(textOf).join("\n")).join("\n");
    case "table":
      return block.rows.map((row) => row.map((cell) => cell.blocks.map(textOf).join(" ")).join(" | ")).join("\n");
    case "rule":
      return "";
  }
}

function sizeOf(body: RichText): number {
  return body.format === "wiki" ? body.content.length : JSON.stringify(body.content).length;
}

// ADF

function adf(
  lines: readonly Line[],
  blocks: readonly Block[],
  history: readonly Block[],
  notes: readonly string[],
  parts: Parts,
): RichText {
  const pictures = { targets: parts.pictures, refs: refsOf(parts) };
  const written = adfBlocks(blocks, pictures);
  const content: AdfNode[] = [
    ...lines.map((line): AdfNode => ({ type: "paragraph", content: adfPeople(line) })),
    ...(written.length === 0 ? adfBlocks(noteBlocks([EMPTY]), pictures) : written),
    ...adfHistory(history),
    ...adfBlocks(noteBlocks(notes), pictures),
  ];
  const document: AdfDocument = { type: "doc", version: 1, content };
  return { format: "adf", content: document };
}

function adfPeople({ label, people }: Line): AdfNode[] {
  const nodes: AdfNode[] = [{ type: "text", text: label, marks: [{ type: "strong" }] }];
  people.slice(0, MAX_NAMED).forEach((person, at) => {
    if (at > 0) nodes.push({ type: "text", text: ", " });
    nodes.push(...adfPerson(person));
  });
  if (people.length > MAX_NAMED) nodes.push({ type: "text", text: ` and ${people.length - MAX_NAMED} more` });
  return nodes;
}

function adfPerson(person: Person): AdfNode[] {
  if (person.jiraUser !== null) {
    return [{ type: "mention", attrs: { id: person.jiraUser.id, text: `@${oneLine(person.jiraUser.displayName)}` } }];
  }
  const href = mailto(person.address);
  const text = nameOf(person);
  return [{ type: "text", text, ...(href === null ? {} : { marks: [{ type: "link", attrs: { href } }] }) }];
}

function adfHistory(history: readonly Block[]): AdfNode[] {
  const content = adfBlocks(history, { targets: new Map(), refs: new Map() });
  return content.length === 0 ? [] : [{ type: "expand", attrs: { title: "Earlier in this conversation" }, content }];
}

// Wiki markup

function wiki(
  lines: readonly Line[],
  blocks: readonly Block[],
  history: readonly Block[],
  notes: readonly string[],
  parts: Parts,
): RichText {
  const text = wikiBlocks(blocks, { targets: parts.pictures, refs: refsOf(parts) });
  const folded = wikiBlocks(history, { targets: new Map(), refs: new Map() });
  const pieces = [
    lines.map(wikiPeople).join("\n"),
    text === "" ? wikiBlocks(noteBlocks([EMPTY]), NO_PICTURES) : text,
    folded === "" ? "" : `{panel:title=Earlier in this conversation}\n${folded}\n{panel}`,
    wikiBlocks(noteBlocks(notes), NO_PICTURES),
  ];
  return { format: "wiki", content: pieces.filter((piece) => piece !== "").join("\n\n") };
}

function wikiPeople({ label, people }: Line): string {
  const named = people.slice(0, MAX_NAMED).map(wikiPerson).join(", ");
  const more = people.length > MAX_NAMED ? ` and ${people.length - MAX_NAMED} more` : "";
  return `*${label.trim()}* ${named}${more}`;
}

function wikiPerson(person: Person): string {
  if (person.jiraUser !== null) return `[~${person.jiraUser.id}]`;
  const href = mailto(person.address);
  const text = escapeWiki(nameOf(person));
  return href === null ? text : `[${text}|${href}]`;
}

// Both

function refsOf({ mail }: Parts) {
  return new Map(mail.pictures.map((picture) => [picture.id, picture]));
}

function nameOf({ name, address }: Person): string {
  const clean = oneLine(name);
  const shown = oneLine(address) || "unknown";
  return clean === "" || clean === shown ? shown : `${clean} <${shown}>`;
}

function mailto(address: string): string | null {
  return /^[^\s@<>[\]|{}"\\]+@[^\s@<>[\]|{}"\\]+$/.test(address) ? `mailto:${encodeURI(address)}` : null;
}
