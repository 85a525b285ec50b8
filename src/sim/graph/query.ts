/** OData query options of a listing, checked as Graph checks them. */

import { badRequest, GraphFault } from "./faults.ts";
import { type Condition, filteredProperties, parseFilter } from "./odata_filter.ts";

export interface Expand {
  readonly name: string;
  readonly select: readonly string[] | null;
  readonly filter: Condition | null;
}

export interface OrderBy {
  readonly property: string;
  readonly descending: boolean;
}

export interface Query {
  readonly select: readonly string[] | null;
  readonly expand: readonly Expand[];
  readonly filter: Condition | null;
  readonly orderBy: readonly OrderBy[];
  readonly top: number | null;
  readonly skip: number;
  readonly count: boolean;
}

const KNOWN = /^\$(select|expand|filter|orderby|top|skip|count|skiptoken|deltatoken)$/i;

/** Throws 400 `BadRequest`, or `InefficientFilter` when the order does not lead the filter. */
export function readQuery(params: URLSearchParams): Query {
  for (const name of params.keys()) {
    if (name.startsWith("$") && !KNOWN.test(name)) {
      throw badRequest(`The query specified in the URI is not valid. Query option '${name}' is not supported here.`);
    }
  }
  const filterText = option(params, "$filter");
  const query: Query = {
    select: selectOf(option(params, "$select")),
    expand: expandOf(option(params, "$expand")),
    filter: filterText === null ? null : parseFilter(filterText),
    orderBy: orderByOf(option(params, "$orderby")),
    top: numberOf(params, "$top", 1, 1000),
    skip: numberOf(params, "$skip", 0, Number.MAX_SAFE_INTEGER) ?? 0,
    count: option(params, "$count") === "true",
  };
  checkEfficient(query);
  return query;
}

/** The value of an option, its name in any case. */
export function option(params: URLSearchParams, name: string): string | null {
  for (const [key, value] of params) {
    if (key.toLowerCase() === name) return value;
  }
  return null;
}

/** `a,b` → names; `null` if there is no such option. */
export function selectOf(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return names.length === 0 ? null : names;
}

/** Properties in `$orderby` must lead in `$filter`, in the same order. */
function checkEfficient({ filter, orderBy }: Query): void {
  if (filter === null || orderBy.length === 0) return;
  const filtered = filteredProperties(filter).map((name) => name.toLowerCase());
  if (orderBy.every(({ property }, index) => filtered[index] === property.toLowerCase())) return;
  throw new GraphFault(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.");
}

export function expandOf(text: string | null): Expand[] {
  if (text === null) return [];
  return splitOutside(text, ",").map((part) => {
    const match = /^\s*([\w./]+)\s*(?:\((.*)\))?\s*$/s.exec(part);
    if (match === null) throw badRequest("Parsing OData Select and Expand failed: syntax error.");
    const options = new URLSearchParams();
    for (const each of splitOutside(match[2] ?? "", ";")) {
      const at = each.indexOf("=");
      if (at > 0) options.set(each.slice(0, at).trim().toLowerCase(), each.slice(at + 1));
    }
    const filter = options.get("$filter");
    return {
      name: match[1]!,
      select: selectOf(options.get("$select")),
      filter: filter === null ? null : parseFilter(filter),
    };
  });
}

function orderByOf(text: string | null): OrderBy[] {
  return (text ?? "").split(",").filter((part) => part.trim() !== "").map((part) => {
    const [property, direction = "asc", ...rest] = part.trim().split(/\s+/);
    if (rest.length > 0 || !/^(asc|desc)$/i.test(direction)) throw badRequest("Syntax error in '$orderby'.");
    return { property: property!, descending: direction.toLowerCase() === "desc" };
  });
}

function numberOf(params: URLSearchParams, name: string, least: number, most: number): number | null {
  const text = option(params, name);
  if (text === null) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw badRequest(
      `Invalid value '${text}' for ${name} query option found. The ${name} query option requires a number from ${least} to ${most}.`,
    );
  }
  return value;
}

/** Splits at a sign that stands neither in quotes nor in parentheses. */
function splitOutside(text: string, sign: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = "";
  for (const char of text) {
    if (char === "'") quoted = !quoted;
    if (!quoted && char === "(") depth++;
    if (!quoted && char === ")") depth--;
    if (char === sign && depth === 0 && !quoted) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  if (part.trim() !== "") parts.push(part);
  return parts;
}
