/** Names that a new Jira comes with: statuses and the ways between them, types of links. */

import type { SimStatus, SimTransition } from "./types.ts";

export const STATUSES: readonly SimStatus[] = [
  { id: "10000", name: "To Do", category: "new" },
  { id: "10001", name: "In Progress", category: "indeterminate" },
  { id: "10002", name: "Done", category: "done" },
];

export const TRANSITIONS: readonly SimTransition[] = [
  { id: "11", name: "To Do", from: null, to: "10000" },
  { id: "21", name: "In Progress", from: null, to: "10001" },
  { id: "31", name: "Done", from: null, to: "10002" },
];

export const LINK_TYPES = [
  { id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
  { id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones" },
  { id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
  { id: "10003", name: "Relates", inward: "relates to", outward: "relates to" },
];
