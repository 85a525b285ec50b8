/** Ids shaped like Exchange's: long, case-sensitive, ending in `=`. */

import { Buffer } from "node:buffer";

let serial = 0;

/** A new id of 152 characters, `AAMk…=` (changes on move) or `AAkA…=` (immutable). */
export function newMessageId(kind: "rest" | "immutable"): string {
  return (kind === "rest" ? "AAMk" : "AAkA") + unique(110) + "=";
}

export function newFolderId(): string {
  return "AAMk" + unique(80).slice(0, 106) + "AAA=";
}

export function newAttachmentId(): string {
  return "AAMk" + unique(120) + "=";
}

/** A conversation's id from what makes it one: the same in = the same out. */
export async function conversationIdOf(mailbox: string, seed: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${mailbox}\n${seed}`));
  return "AAQk" + Buffer.from(new Uint8Array(digest)).toString("base64url") + "A=";
}

/** Whether a text could be an id at all; Graph answers 400 for one that could not, 404 for one that is unknown. */
export function isWellFormedId(id: string): boolean {
  return /^[A-Za-z0-9_-]{20,}={0,2}$/.test(id);
}

function unique(bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  crypto.getRandomValues(buffer);
  buffer.writeUInt32BE(++serial, bytes - 4);
  return buffer.toString("base64url");
}
