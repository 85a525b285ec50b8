/** Single-value extended properties: MAPI properties under names like `String {guid} Name X` or `String 0x1042`. */

import { badRequest } from "./faults.ts";
import type { Condition } from "./odata_filter.ts";
import type { StoredMessage } from "./nouns.ts";

const ID_FORMS = [
  /^[A-Za-z]+ \{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\} (Name \S.*|Id 0x[0-9a-f]{1,8})$/i,
  /^[A-Za-z]+ 0x[0-9a-f]{1,4}$/i,
];

/** Checks the form; names compare in any case. */
export function extendedPropertyId(id: unknown): string {
  if (typeof id !== "string" || !ID_FORMS.some((form) => form.test(id))) {
    throw badRequest(
      "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
    );
  }
  return normalised(id);
}

/** What `$expand=singleValueExtendedProperties($filter=…)` answers; without a filter nothing is told. */
export function extendedProperties(message: StoredMessage, filter: Condition | null): { id: string; value: string }[] {
  return wantedIds(filter).flatMap((id) => {
    const value = extendedValue(message, id);
    return value === undefined ? [] : [{ id, value }];
  });
}

/** A stored value, or one of the tags under which MAPI keeps threading: Message-ID, References, In-Reply-To. */
export function extendedValue(message: StoredMessage, id: string): string | undefined {
  const key = normalised(id);
  const stored = message.extended.get(key);
  if (stored !== undefined) return stored;
  if (key === "string 0x1035") return message.internetMessageId ?? undefined;
  if (key === "string 0x1039") return message.references.length === 0 ? undefined : message.references.join(" ");
  return key === "string 0x1042" ? message.inReplyTo ?? undefined : undefined;
}

function wantedIds(filter: Condition | null): string[] {
  if (filter === null) return [];
  if (filter.kind === "or" || filter.kind === "and") return filter.terms.flatMap(wantedIds);
  if (filter.kind === "compare" && filter.property === "id" && filter.operator === "eq") {
    extendedPropertyId(filter.value);
    return [String(filter.value)];
  }
  return [];
}

function normalised(id: string): string {
  return id.trim().toLowerCase();
}
