/** The text of an issue or comment: who wrote it, what the mail says, what else is to be said; within Jira's limit. */

import type { AdfNode, RichText, TextFormat } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import type { CommentText, ComposedText, IssueText, Note, Person, PictureRef, PictureTarget } from "./content.ts";
import { cutToLimit, type Measure } from "./cut_to_limit.ts";
import {
  COMMENT_FRAME_SOURCE,
  framePartsOf,
  type FrameTemplate,
  type FrameValues,
  ISSUE_FRAME_SOURCE,
  readFrame,
  type Slot,
  SLOTS,
} from "./frame.ts";
import { noteBlocks, noteLength } from "./notice.ts";
import { attachesHistory, TEXT_FILE_NAMES, type TextFileNames } from "./text_files.ts";
import type { Block } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";

/** Jira's limit is 32,767 UTF-16 units of the markup, or of the document as JSON; the rest is head-room for its own count. */
const LIMIT = 32_000;
const EMPTY = "(The mail has no text.)";
const HISTORY_TITLE = "Earlier in this conversation";
const HISTORY_CUT = "The rest of the history is left out: it is longer than Jira takes.";
/** What a placeholder grows by when the picture takes its place. */
const PICTURE_GROWTH = 300;
/** Notes may take this part of the text. */
const NOTES_SHARE = 0.3;

const ISSUE_FRAME = readFrame(ISSUE_FRAME_SOURCE);
const COMMENT_FRAME = readFrame(COMMENT_FRAME_SOURCE);

export function composeIssue(format: TextFormat, text: IssueText): ComposedText {
  const people = { from: listOf(text.from), cc: text.cc, agent: [] };
  return compose(new Writer(format, text.template ?? ISSUE_FRAME, people, text), text);
}

export function composeComment(format: TextFormat, text: CommentText): ComposedText {
  const [from, agent] = text.agent ? [[], listOf(text.from)] : [listOf(text.from), []];
  return compose(new Writer(format, text.template ?? COMMENT_FRAME, { from, cc: [], agent }, text), text);
}

function listOf(person: Person | null): Person[] {
  return person === null ? [] : [person];
}

type Parts = Omit<IssueText, "from" | "cc">;

function compose(writer: Writer, parts: Parts): ComposedText {
  const limit = Math.min(parts.limit ?? LIMIT, LIMIT);
  const blocks = parts.plain === true ? plainParagraphs(parts.mail.text) : parts.mail.document.blocks;
  const content = blocks.length === 0 ? noteBlocks([EMPTY]) : blocks;
  const names = parts.textFiles === undefined ? TEXT_FILE_NAMES : parts.textFiles;
  const attached = names !== null && attachesHistory(parts.mail, parts.quotedHistory)
    ? [`The earlier part of the conversation is attached as "${names.history}".`]
    : [];
  const notes = [...attached, ...fittingNotes(parts.notes, limit * NOTES_SHARE)];
  const whole = cutToLimit(content, limit - writer.frameSize(notes), writer.measure);
  if (!whole.cut) {
    const history = parts.quotedHistory === "collapse" && parts.plain !== true ? parts.mail.removed.blocks : [];
    const folded = fittingHistory(history, limit - writer.frameSize(notes) - writer.measure(content), writer.measure);
    return { body: writer.write(content, folded, notes), truncated: false };
  }
  const withCut = [...notes, cutNote(names)];
  const { kept } = cutToLimit(content, limit - writer.frameSize(withCut), writer.measure);
  return { body: writer.write(kept, [], withCut), truncated: true };
}

function cutNote(names: TextFileNames | null): string {
  const where = names === null
    ? "The rest of it is in the mailbox."
    : `The whole of it is attached as "${names.whole}".`;
  return `The text is longer than Jira takes. ${where}`;
}

/** As many blocks of the history as there is room for. */
function fittingHistory(history: readonly Block[], room: number, measure: Measure): readonly Block[] {
  if (history.length === 0) return [];
  const whole = cutToLimit(history, room - 200, measure);
  if (!whole.cut || whole.kept.length === 0) return whole.kept;
  return [...cutToLimit(history, room - 500, measure).kept, ...noteBlocks([HISTORY_CUT])];
}

function fittingNotes(notes: readonly Note[], room: number): readonly Note[] {
  const kept: Note[] = [];
  let left = room;
  for (const note of notes) {
    left -= noteLength(note) * 1.2 + 80;
    if (left < 0) return [...kept, `There are ${notes.length - kept.length} more remarks.`];
    kept.push(note);
  }
  return kept;
}

function plainParagraphs(text: string): Block[] {
  return text.split(/\n[ \t]*\n/).filter((part) => part.trim() !== "").map((part) => ({
    kind: "paragraph",
    inlines: part.split("\n").flatMap((line, at) => {
      const own = line.trim() === "" ? [] : [{ kind: "text" as const, text: line, marks: {} }];
      return at === 0 ? own : [{ kind: "break" as const }, ...own];
    }),
  }));
}

interface Pictures {
  readonly targets: ReadonlyMap<string, PictureTarget>;
  readonly refs: ReadonlyMap<string, PictureRef>;
}

const NO_PICTURES: Pictures = { targets: new Map(), refs: new Map() };

/** Writes the parts in one format. */
class Writer {
  readonly #format: TextFormat;
  readonly #frame: FrameTemplate;
  readonly #people: FrameValues["people"];
  readonly #words: Pick<FrameValues, "subject" | "mailbox">;
  readonly #pictures: Pictures;

  constructor(format: TextFormat, frame: FrameTemplate, people: FrameValues["people"], parts: Parts) {
    this.#format = format;
    this.#frame = frame;
    this.#people = people;
    this.#words = { subject: parts.subject ?? "", mailbox: parts.mailbox ?? "" };
    this.#pictures = {
      targets: parts.pictures,
      refs: new Map(parts.mail.pictures.map((picture) => [picture.id, picture])),
    };
  }

  readonly measure: Measure = (blocks) => {
    if (this.#format === "wiki") return wikiBlocks(blocks, this.#pictures).length + 2;
    const json = JSON.stringify(adfBlocks(blocks, this.#pictures));
    const placeholders = [...this.#pictures.targets.values()].filter((target) =>
      target.kind === "placeholder" && json.includes(JSON.stringify(target.text))
    );
    return json.length + 1 + placeholders.length * PICTURE_GROWTH;
  };

  /** What everything but the mail's own text takes. */
  frameSize(notes: readonly Note[]): number {
    const body = this.write([], [], notes);
    return (body.format === "wiki" ? body.content.length : JSON.stringify(body.content).length) + 10;
  }

  write(text: readonly Block[], history: readonly Block[], notes: readonly Note[]): RichText {
    const slots: Readonly<Record<Slot, readonly Block[]>> = { text, history, notes: noteBlocks(notes) };
    const filled = new Set(SLOTS.filter((slot) => slot === "text" || slots[slot].length > 0));
    const parts = framePartsOf(this.#frame, { people: this.#people, ...this.#words, filled });
    if (this.#format === "adf") {
      const content = parts.flatMap((part) =>
        part.kind === "blocks" ? adfBlocks(part.blocks, NO_PICTURES) : this.#adfSlot(part.slot, slots[part.slot])
      );
      return { format: "adf", content: { type: "doc", version: 1, content } };
    }
    const pieces = parts.map((part) =>
      part.kind === "blocks" ? wikiBlocks(part.blocks, NO_PICTURES) : this.#wikiSlot(part.slot, slots[part.slot])
    );
    return { format: "wiki", content: pieces.filter((piece) => piece !== "").join("\n\n") };
  }

  #adfSlot(slot: Slot, blocks: readonly Block[]): AdfNode[] {
    if (slot !== "history") return adfBlocks(blocks, slot === "text" ? this.#pictures : NO_PICTURES);
    const content = adfBlocks(blocks, NO_PICTURES);
    return content.length === 0 ? [] : [{ type: "expand", attrs: { title: HISTORY_TITLE }, content }];
  }

  /** Server's wiki markup has nothing that folds without an app; a panel at least sets the history off. */
  #wikiSlot(slot: Slot, blocks: readonly Block[]): string {
    if (slot !== "history") return wikiBlocks(blocks, slot === "text" ? this.#pictures : NO_PICTURES);
    const content = wikiBlocks(blocks, NO_PICTURES);
    return content === "" ? "" : `{panel:title=${HISTORY_TITLE}}\n${content}\n{panel}`;
  }
}
