/** Entity properties of issues and comments: the same four calls below different paths. */

import type { SimAnswer } from "../kit/server.ts";
import { type Call, isRecord, noContent, refuse } from "./call.ts";

/** What Jira keeps: bytes of one value. */
const VALUE_LIMIT = 32_768;

/** `properties` of a create request: `[{key, value}]`. */
export function readProperties(asked: unknown): Map<string, unknown> {
  const properties = new Map<string, unknown>();
  if (asked === undefined || asked === null) return properties;
  if (!Array.isArray(asked)) throw refuse(400, "The property list is not an array.");
  for (const entry of asked) {
    if (!isRecord(entry) || typeof entry.key !== "string" || entry.value === undefined) {
      throw refuse(400, "The property value can not be empty.");
    }
    checkProperty(entry.key, new TextEncoder().encode(JSON.stringify(entry.value)).length);
    properties.set(entry.key, entry.value);
  }
  return properties;
}

function checkProperty(key: string, bytes: number): void {
  if (key.length > 255) throw refuse(400, "The property key is too long. Maximum length is 255.");
  if (bytes > VALUE_LIMIT) {
    throw refuse(
      400,
      `The JSON data provided for the property is too long. Maximum length is ${VALUE_LIMIT}, provided is ${bytes} bytes.`,
    );
  }
}

/** `self`: URL of the list. */
export function listProperties(properties: ReadonlyMap<string, unknown>, self: string): SimAnswer {
  return {
    status: 200,
    body: { keys: [...properties.keys()].map((key) => ({ self: `${self}/${encodeURIComponent(key)}`, key })) },
  };
}

export function getProperty(call: Call, properties: ReadonlyMap<string, unknown>): SimAnswer {
  const key = call.params.property!;
  if (!properties.has(key)) throw refuse(404, `The property ${key} does not exist.`);
  return { status: 200, body: { key, value: properties.get(key) } };
}

/** 201 for a new one, 200 for a changed one. */
export function putProperty(call: Call, properties: Map<string, unknown>): SimAnswer {
  const key = call.params.property!;
  if (call.request.body.length === 0) throw refuse(400, "The property value can not be empty.");
  checkProperty(key, call.request.body.length);
  let value: unknown;
  try {
    value = call.request.json();
  } catch (error) {
    throw refuse(400, `The JSON data provided for the property is not a valid JSON: ${String(error)}`);
  }
  const status = properties.has(key) ? 200 : 201;
  properties.set(key, value);
  return { status };
}

export function deleteProperty(call: Call, properties: Map<string, unknown>): SimAnswer {
  if (!properties.delete(call.params.property!)) {
    throw refuse(404, `The property ${call.params.property} does not exist.`);
  }
  return noContent(call);
}
