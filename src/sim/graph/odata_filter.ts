/** `$filter` → a condition, and whether a message meets it. */

import { badRequest, GraphFault } from "./faults.ts";

export type Condition =
  | { readonly kind: "and" | "or"; readonly terms: readonly Condition[] }
  | { readonly kind: "not"; readonly term: Condition }
  | { readonly kind: "compare"; readonly property: string; readonly operator: Operator; readonly value: Literal }
  | {
    readonly kind: "text";
    readonly operation: "contains" | "startswith";
    readonly property: string;
    readonly value: string;
  }
  | { readonly kind: "any"; readonly collection: string; readonly term: Condition };

export type Operator = "eq" | "ne" | "gt" | "ge" | "lt" | "le";
/** A quoted text, or a bare word (date, number, `true`). */
export type Literal = string | { readonly bare: string };

const TOKEN = /\s*('(?:[^']|'')*'|[A-Za-z_$][\w./]*|\d[\w.:+-]*|[(),:])/y;
const OPERATORS: readonly string[] = ["eq", "ne", "gt", "ge", "lt", "le"];

/** Throws 400 `BadRequest` for what is no filter. */
export function parseFilter(text: string): Condition {
  const reader = new Reader(tokens(text));
  const condition = readOr(reader);
  if (reader.peek() !== undefined) throw syntaxError();
  return condition;
}

/** Names of the properties in a filter, in order of appearance. */
export function filteredProperties(condition: Condition): string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.terms.flatMap(filteredProperties);
    case "not":
      return filteredProperties(condition.term);
    case "any":
      return [condition.collection];
    default:
      return [condition.property];
  }
}

/** What a filter may ask of a thing: values by property, and conditions on its collections. */
export interface Filterable {
  /** A number is milliseconds; `undefined`: such a property cannot be filtered. */
  value(property: string): string | number | boolean | null | undefined;
  any(collection: string, term: Condition): boolean;
}

/** Throws 400 for properties that cannot be filtered and literals of the wrong type. */
export function meets(thing: Filterable, condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return condition.terms.every((term) => meets(thing, term));
    case "or":
      return condition.terms.some((term) => meets(thing, term));
    case "not":
      return !meets(thing, condition.term);
    case "any":
      return thing.any(condition.collection, condition.term);
    case "text": {
      const value = String(known(thing, condition.property) ?? "").toLowerCase();
      const wanted = condition.value.toLowerCase();
      return condition.operation === "contains" ? value.includes(wanted) : value.startsWith(wanted);
    }
    case "compare":
      return compare(known(thing, condition.property), condition);
  }
}

function known(thing: Filterable, property: string): string | number | boolean | null {
  const value = thing.value(property);
  if (value !== undefined) return value;
  throw new GraphFault(400, "ErrorInvalidProperty", `The property '${property}' does not support filtering.`);
}

function compare(actual: string | number | boolean | null, condition: Condition & { kind: "compare" }): boolean {
  const wanted = literalAs(actual, condition);
  switch (condition.operator) {
    case "eq":
      return actual === wanted;
    case "ne":
      return actual !== wanted;
  }
  if (actual === null || wanted === null) return false;
  switch (condition.operator) {
    case "gt":
      return actual > wanted;
    case "ge":
      return actual >= wanted;
    case "lt":
      return actual < wanted;
    case "le":
      return actual <= wanted;
  }
}

function literalAs(actual: string | number | boolean | null, { value }: Condition & { kind: "compare" }) {
  if (typeof value !== "string" && value.bare === "null") return null;
  if (typeof actual === "number") {
    const time = typeof value === "string" ? NaN : Date.parse(value.bare);
    if (Number.isNaN(time)) throw incompatible("Edm.DateTimeOffset");
    return time;
  }
  if (typeof actual === "boolean") {
    if (typeof value === "string" || !/^(true|false)$/.test(value.bare)) throw incompatible("Edm.Boolean");
    return value.bare === "true";
  }
  if (typeof value !== "string") throw incompatible("Edm.String");
  return value;
}

class Reader {
  #at = 0;
  constructor(private readonly all: readonly string[]) {}

  peek(offset = 0): string | undefined {
    return this.all[this.#at + offset];
  }

  take(expected?: string): string {
    const token = this.all[this.#at++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw syntaxError();
    return token;
  }
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== "";) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw syntaxError();
    found.push(match[1]!);
    at = TOKEN.lastIndex;
  }
  return found;
}

function readOr(reader: Reader): Condition {
  return readChain(reader, "or", () => readChain(reader, "and", () => readUnary(reader)));
}

function readChain(reader: Reader, kind: "and" | "or", readTerm: () => Condition): Condition {
  const terms = [readTerm()];
  while (reader.peek() === kind) {
    reader.take();
    terms.push(readTerm());
  }
  return terms.length === 1 ? terms[0]! : { kind, terms };
}

function readUnary(reader: Reader): Condition {
  if (reader.peek() === "not") {
    reader.take();
    return { kind: "not", term: readUnary(reader) };
  }
  if (reader.peek() === "(") {
    reader.take();
    const inner = readOr(reader);
    reader.take(")");
    return inner;
  }
  const next = reader.peek(1) === "(" ? reader.peek()! : "";
  if (/\/any$/i.test(next)) return readAny(reader);
  if (next === "contains" || next === "startswith") return readText(reader, next);
  return readCompare(reader);
}

function readAny(reader: Reader): Condition {
  const collection = reader.take().replace(/\/any$/i, "");
  reader.take("(");
  const name = reader.take();
  reader.take(":");
  const term = readOr(reader);
  reader.take(")");
  return { kind: "any", collection, term: withoutVariable(term, `${name}/`) };
}

function withoutVariable(condition: Condition, prefix: string): Condition {
  const strip = (property: string) => property.startsWith(prefix) ? property.slice(prefix.length) : property;
  switch (condition.kind) {
    case "and":
    case "or":
      return { kind: condition.kind, terms: condition.terms.map((term) => withoutVariable(term, prefix)) };
    case "not":
      return { kind: "not", term: withoutVariable(condition.term, prefix) };
    case "any":
      return condition;
    default:
      return { ...condition, property: strip(condition.property) };
  }
}

function readText(reader: Reader, operation: "contains" | "startswith"): Condition {
  reader.take();
  reader.take("(");
  const property = reader.take();
  reader.take(",");
  const value = literal(reader.take());
  reader.take(")");
  if (typeof value !== "string") throw incompatible("Edm.String");
  return { kind: "text", operation, property, value };
}

function readCompare(reader: Reader): Condition {
  const property = readProperty(reader);
  const operator = reader.take();
  if (!OPERATORS.includes(operator)) throw syntaxError();
  return { kind: "compare", property, operator: operator as Operator, value: literal(reader.take()) };
}

/** `name`, or `cast(name, Edm.String)`. */
function readProperty(reader: Reader): string {
  const name = reader.take();
  if (name !== "cast" || reader.peek() !== "(") return name;
  reader.take("(");
  const inner = reader.take();
  reader.take(",");
  reader.take();
  reader.take(")");
  return inner;
}

function literal(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^[(),:]$/.test(token)) throw syntaxError();
  return { bare: token };
}

function syntaxError(): GraphFault {
  return badRequest("Invalid filter clause: syntax error.");
}

function incompatible(type: string): GraphFault {
  return badRequest(
    `Invalid filter clause: A binary operator with incompatible types was detected (expected '${type}').`,
  );
}
