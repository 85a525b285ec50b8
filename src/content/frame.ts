/** What stands around a mail's text in an issue or comment, by a template: who wrote it, what else is to be said. */

import { oneLine } from "./clean_text.ts";
import type { Person } from "./content.ts";
import { parseHtml } from "./html.ts";
import { htmlToBlocks } from "./html_blocks.ts";
import { peopleInlines } from "./people.ts";
import { escapeHtml } from "../core/html.ts";
import { parseTemplate, refuseValuesInAddresses, renderTemplate, TemplateError } from "./template.ts";
import type { TemplateNode } from "./template.ts";
import type { Block, Inline } from "./tree.ts";

/** Where the parts that have a length of their own stand: at the outermost level, each once at most. */
export const SLOTS = ["text", "history", "notes"] as const;
export type Slot = (typeof SLOTS)[number];

const PEOPLE = ["from", "cc", "agent"] as const;
type PeopleName = (typeof PEOPLE)[number];
const WORDS = ["from.name", "from.address", "subject", "mailbox"] as const;

/** A template that was read and found good. */
export interface FrameTemplate {
  readonly nodes: readonly TemplateNode[];
}

export interface FrameValues {
  readonly people: Readonly<Record<PeopleName, readonly Person[]>>;
  readonly subject: string;
  readonly mailbox: string;
  /** Which of the slots will be filled. */
  readonly filled: ReadonlySet<Slot>;
}

export type FramePart = { readonly kind: "blocks"; readonly blocks: readonly Block[] } | {
  readonly kind: "slot";
  readonly slot: Slot;
};

export const ISSUE_FRAME_SOURCE = `{{#from}}<p><b>From:</b> {{from}}</p>{{/from}}
{{#cc}}<p><b>Cc:</b> {{cc}}</p>{{/cc}}
{{text}}
{{history}}
{{notes}}
`;

export const COMMENT_FRAME_SOURCE = `{{#agent}}<p><b>Answered from the mailbox by</b> {{agent}}</p>{{/agent}}
{{^agent}}{{#from}}<p><b>From:</b> {{from}}</p>{{/from}}{{/agent}}
{{text}}
{{history}}
{{notes}}
`;

/** Private use: never a sign of any script, and taken out of every value. */
const MARK = "\ue000";

/** Reads a template in HTML; throws {@link TemplateError}. */
export function readFrame(source: string): FrameTemplate {
  const nodes = parseTemplate(source, [...SLOTS, ...PEOPLE, ...WORDS]);
  refuseValuesInAddresses(source);
  const frame = { nodes };
  const ada: Person = { name: "Ada", address: "ada@example.com", jiraUser: null };
  const parts = shownParts(frame, {
    people: { from: [ada], cc: [ada], agent: [] },
    subject: "subject",
    mailbox: "support@example.com",
    filled: new Set(SLOTS),
  });
  for (const slot of SLOTS) {
    const places = parts.filter((part) => part.kind === "slot" && part.slot === slot).length;
    if (slot === "text" && places !== 1 || places > 1) throw new TemplateError(onceOnly(slot));
  }
  if (JSON.stringify(parts).includes(MARK)) {
    throw new TemplateError("{{text}}, {{history}} and {{notes}} cannot stand in a list, table, quote or heading");
  }
  return frame;
}

function onceOnly(slot: Slot): string {
  return slot === "text"
    ? "{{text}} must stand in it exactly once, outside of lists, tables and quotes: it is what the mail says"
    : `{{${slot}}} can stand in it only once`;
}

/** What the template shows for these values. Slots that it does not name come last, so that nothing stays unsaid. */
export function framePartsOf(frame: FrameTemplate, values: FrameValues): FramePart[] {
  const parts = shownParts(frame, values);
  const unnamed = SLOTS.filter((slot) =>
    values.filled.has(slot) && !parts.some((part) => part.kind === "slot" && part.slot === slot)
  );
  return [...parts, ...unnamed.map((slot): FramePart => ({ kind: "slot", slot }))];
}

function shownParts(frame: FrameTemplate, values: FrameValues): FramePart[] {
  const words: Readonly<Record<string, string>> = {
    "from.name": values.people.from[0]?.name ?? "",
    "from.address": values.people.from[0]?.address ?? "",
    subject: values.subject,
    mailbox: values.mailbox,
  };
  const html = renderTemplate(frame.nodes, {
    value(name) {
      if (isSlot(name)) return values.filled.has(name) ? `<p>${MARK}${name}${MARK}</p>` : "";
      if (isPeople(name)) return values.people[name].length === 0 ? "" : `${MARK}${name}${MARK}`;
      return escapeHtml(oneLine(words[name] ?? "").replaceAll(MARK, ""));
    },
    has(name) {
      if (isSlot(name)) return values.filled.has(name);
      return isPeople(name) ? values.people[name].length > 0 : oneLine(words[name] ?? "") !== "";
    },
  });
  return htmlToBlocks(parseHtml(html), null).map((block): FramePart => {
    const slot = slotOf(block);
    return slot === null ? { kind: "blocks", blocks: [withPeople(block, values)] } : { kind: "slot", slot };
  });
}

function isSlot(name: string): name is Slot {
  return (SLOTS as readonly string[]).includes(name);
}

function isPeople(name: string): name is PeopleName {
  return (PEOPLE as readonly string[]).includes(name);
}

function slotOf(block: Block): Slot | null {
  const [only, ...more] = block.kind === "paragraph" ? block.inlines : [];
  if (only?.kind !== "text" || more.length > 0) return null;
  return SLOTS.find((slot) => only.text === `${MARK}${slot}${MARK}`) ?? null;
}

/** Puts the people where their marks stand. */
function withPeople(block: Block, values: FrameValues): Block {
  const within = (blocks: readonly Block[]) => blocks.map((inner) => withPeople(inner, values));
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return { ...block, inlines: block.inlines.flatMap((inline) => peopleIn(inline, values)) };
    case "quote":
      return { ...block, blocks: within(block.blocks) };
    case "list":
      return { ...block, items: block.items.map(within) };
    case "table":
      return { ...block, rows: block.rows.map((row) => row.map((cell) => ({ ...cell, blocks: within(cell.blocks) }))) };
    default:
      return block;
  }
}

const PEOPLE_MARK = new RegExp(`${MARK}(${PEOPLE.join("|")})${MARK}`);

function peopleIn(inline: Inline, values: FrameValues): Inline[] {
  if (inline.kind !== "text") return [inline];
  // `split` with a group: texts and names take turns.
  return inline.text.split(PEOPLE_MARK).flatMap((part, at): Inline[] =>
    at % 2 === 1 ? peopleInlines(values.people[part as PeopleName]) : part === "" ? [] : [{ ...inline, text: part }]
  );
}
