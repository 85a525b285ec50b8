/** The text of an issue or comment: who wrote it, what the mail says, what else is to be said; within Jira's limit. */

import type { AdfNode, RichText, TextFormat } from "../core/jira.ts";
import { adfBlocks } from "./adf.ts";
import type { CommentText, ComposedText, IssueText, PictureRef, PictureTarget, ReadMail } from "./content.ts";
import { cutToLimit, type Measure } from "./cut_to_limit.ts";
import { noteBlocks } from "./notice.ts";
import { adfPeople, type PeopleLine, wikiPeople } from "./people.ts";
import { blocksToText } from "./plain.ts";
import type { Block } from "./tree.ts";
import { wikiBlocks } from "./wiki.ts";

/** Jira's limit is 32,767 UTF-16 units of the markup, or of the document as JSON; the rest is head-room for its own count. */
const LIMIT = 32_000;
const WHOLE_TEXT_NAME = "whole text.txt";
const EMPTY = "(The mail has no text.)";
const CUT = `The text is longer than Jira takes. The whole of it is attached as "${WHOLE_TEXT_NAME}".`;
const HISTORY_TITLE = "Earlier in this conversation";
const HISTORY_CUT = "The rest of the history is left out: it is longer than Jira takes.";
/** What a placeholder grows by when the picture takes its place. */
const PICTURE_GROWTH = 300;
/** Notes may take this part of the text. */
const NOTES_SHARE = 0.3;

export function composeIssue(format: TextFormat, text: IssueText): ComposedText {
  const from = { label: "From:", people: text.from === null ? [] : [text.from] };
  return compose(format, [from, { label: "Cc:", people: text.cc }], text);
}

export function composeComment(format: TextFormat, text: CommentText): ComposedText {
  const label = text.agent ? "Answered from the mailbox by" : "From:";
  return compose(format, [{ label, people: text.from === null ? [] : [text.from] }], text);
}

/** The kept text with the targets of its links: what is attached under {@link ComposedText.wholeText}. */
export function wholeTextOf(mail: ReadMail): string {
  const pictures = new Map(mail.pictures.map(({ id, alt }) => [id, alt]));
  return blocksToText(mail.document.blocks, { links: true, pictures });
}

type Parts = Omit<IssueText, "from" | "cc">;

function compose(format: TextFormat, lines: readonly PeopleLine[], parts: Parts): ComposedText {
  const limit = Math.min(parts.limit ?? LIMIT, LIMIT);
  const writer = new Writer(format, lines.filter(({ people }) => people.length > 0), parts);
  const blocks = parts.plain === true ? plainParagraphs(parts.mail.text) : parts.mail.document.blocks;
  const content = blocks.length === 0 ? noteBlocks([EMPTY]) : blocks;
  const notes = fittingNotes(parts.notes, limit * NOTES_SHARE);
  const whole = cutToLimit(content, limit - writer.frameSize(notes), writer.measure);
  if (!whole.cut) {
    const history = parts.quotedHistory === "collapse" && parts.plain !== true ? parts.mail.removed.blocks : [];
    const folded = fittingHistory(history, limit - writer.frameSize(notes) - writer.measure(content), writer.measure);
    return { body: writer.write(content, folded, notes), truncated: false, wholeText: WHOLE_TEXT_NAME };
  }
  const withCut = [...notes, CUT];
  const { kept } = cutToLimit(content, limit - writer.frameSize(withCut), writer.measure);
  return { body: writer.write(kept, [], withCut), truncated: true, wholeText: WHOLE_TEXT_NAME };
}

/** As many blocks of the history as there is room for. */
function fittingHistory(history: readonly Block[], room: number, measure: Measure): readonly Block[] {
  if (history.length === 0) return [];
  const whole = cutToLimit(history, room - 200, measure);
  if (!whole.cut || whole.kept.length === 0) return whole.kept;
  return [...cutToLimit(history, room - 500, measure).kept, ...noteBlocks([HISTORY_CUT])];
}

function fittingNotes(notes: readonly string[], room: number): readonly string[] {
  const kept: string[] = [];
  let left = room;
  for (const note of notes) {
    left -= note.length * 1.2 + 80;
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
  readonly #lines: readonly PeopleLine[];
  readonly #pictures: Pictures;

  constructor(format: TextFormat, lines: readonly PeopleLine[], parts: Parts) {
    this.#format = format;
    this.#lines = lines;
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
  frameSize(notes: readonly string[]): number {
    const body = this.write([], [], notes);
    return (body.format === "wiki" ? body.content.length : JSON.stringify(body.content).length) + 10;
  }

  write(blocks: readonly Block[], history: readonly Block[], notes: readonly string[]): RichText {
    return this.#format === "adf" ? this.#adf(blocks, history, notes) : this.#wiki(blocks, history, notes);
  }

  #adf(blocks: readonly Block[], history: readonly Block[], notes: readonly string[]): RichText {
    const folded = adfBlocks(history, NO_PICTURES);
    const fold: AdfNode[] = folded.length === 0
      ? []
      : [{ type: "expand", attrs: { title: HISTORY_TITLE }, content: folded }];
    const content = [
      ...this.#lines.map(adfPeople),
      ...adfBlocks(blocks, this.#pictures),
      ...fold,
      ...adfBlocks(noteBlocks(notes), NO_PICTURES),
    ];
    return { format: "adf", content: { type: "doc", version: 1, content } };
  }

  #wiki(blocks: readonly Block[], history: readonly Block[], notes: readonly string[]): RichText {
    const folded = wikiBlocks(history, NO_PICTURES);
    const pieces = [
      this.#lines.map(wikiPeople).join("\n"),
      wikiBlocks(blocks, this.#pictures),
      folded === "" ? "" : `{panel:title=${HISTORY_TITLE}}\n${folded}\n{panel}`,
      wikiBlocks(noteBlocks(notes), NO_PICTURES),
    ];
    return { format: "wiki", content: pieces.filter((piece) => piece !== "").join("\n\n") };
  }
}
