/** A property list as plain data, for the kinds of values that ours hold. Throws for any other. */

import { treeOf } from "./task_schema.ts";

type Node = ReturnType<typeof treeOf>;

export function plistValue(xml: string): Record<string, unknown> {
  const plist = treeOf(xml);
  if (plist.name !== "plist" || plist.children.length !== 1) throw new Error("no property list");
  return value(plist.children[0]!) as Record<string, unknown>;
}

function value(node: Node): unknown {
  switch (node.name) {
    case "string":
      return node.text;
    case "integer":
      return Number(node.text);
    case "true":
      return true;
    case "false":
      return false;
    case "array":
      return node.children.map(value);
    case "dict":
      return Object.fromEntries(pairs(node.children));
    default:
      throw new Error(`${node.name} is no value of a property list`);
  }
}

function pairs(children: readonly Node[]): [string, unknown][] {
  const all: [string, unknown][] = [];
  for (let at = 0; at < children.length; at += 2) {
    const [key, entry] = [children[at]!, children[at + 1]];
    if (key.name !== "key" || entry === undefined) throw new Error(`${key.name} where a key is due`);
    all.push([key.text, value(entry)]);
  }
  return all;
}
