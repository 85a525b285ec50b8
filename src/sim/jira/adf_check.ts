/** Whether a text is ADF as Jira takes it. */

import { isRecord } from "./call.ts";

/** Marks and nodes of ADF version 1. */
const NODES = new Set(
  ("text hardBreak mention emoji inlineCard date status placeholder inlineExtension mediaInline paragraph heading bulletList orderedList " +
    "listItem blockquote codeBlock rule panel expand nestedExpand table tableRow tableCell tableHeader mediaSingle mediaGroup media caption " +
    "taskList taskItem blockTaskItem decisionList decisionItem blockCard embedCard extension bodiedExtension layoutSection layoutColumn " +
    "syncBlock bodiedSyncBlock multiBodiedExtension extensionFrame").split(" "),
);
const MARKS = new Set(
  ("strong em underline strike code subsup textColor backgroundColor link alignment indentation breakout border annotation dataConsumer " +
    "fragment fontSize").split(" "),
);

/** The quick check, without a schema: shape, names of nodes and marks, no empty text. */
export function looksLikeAdf(value: unknown): boolean {
  if (!isRecord(value) || value.type !== "doc" || value.version !== 1 || !Array.isArray(value.content)) return false;
  return value.content.every((child) => looksLikeNode(child, 0));
}

function looksLikeNode(value: unknown, depth: number): boolean {
  if (!isRecord(value) || typeof value.type !== "string" || !NODES.has(value.type) || depth > 100) return false;
  if (value.type === "text" && (typeof value.text !== "string" || value.text === "")) return false;
  if (value.marks !== undefined) {
    if (!Array.isArray(value.marks)) return false;
    if (!value.marks.every((mark) => isRecord(mark) && MARKS.has(String(mark.type)))) return false;
  }
  if (value.content === undefined) return true;
  return Array.isArray(value.content) && value.content.every((child) => looksLikeNode(child, depth + 1));
}

let schema: Promise<(value: unknown) => boolean> | null = null;

/** Atlassian's own JSON schema; loading and compiling it takes some tenths of a second, once. */
export function adfSchema(): Promise<(value: unknown) => boolean> {
  schema ??= load();
  return schema;
}

interface Validator {
  new (options: Record<string, unknown>): { compile(schema: unknown): (value: unknown) => boolean };
}

async function load(): Promise<(value: unknown) => boolean> {
  const [ajv, full] = await Promise.all([
    import("ajv-draft-04"),
    import("@atlaskit/adf-schema/json-schema/v1/full.json", { with: { type: "json" } }),
  ]);
  const Ajv = ajv.default as unknown as Validator;
  return new Ajv({ strict: false, validateFormats: false }).compile(full.default);
}

/** Ids of the media nodes that show an attachment. */
export function mediaIds(value: unknown): string[] {
  if (!isRecord(value)) return [];
  const attrs = isRecord(value.attrs) ? value.attrs : {};
  const own = (value.type === "media" || value.type === "mediaInline") && attrs.type !== "external"
    ? [String(attrs.id)]
    : [];
  const inner = Array.isArray(value.content) ? value.content.flatMap(mediaIds) : [];
  return [...own, ...inner];
}
