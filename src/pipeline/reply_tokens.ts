/**
 * A text in our mail by which an answer is recognised where headers are lost: `[SUP-12 · 7ps-mfrggzdfmztwq2lk]`. It holds
 * the issue's id and an HMAC of it, so that nobody can make it who has not got a mail of that issue.
 */

import { timingSafeEqual } from "node:crypto";
import { hmacSha256 } from "../core/ids.ts";
import type { IssueRef } from "../core/jira.ts";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
/** 80 bits. */
const MAC_LENGTH = 16;
/** Between key and token stands a dot that mail programs write in many ways; lines may be quoted and wrapped. */
const TOKEN = /\[[A-Z][A-Z0-9_]+-\d+(?:[\s>]|&nbsp;)+\S{1,8}?(?:[\s>]|&nbsp;)+([0-9a-z]{1,12})-([a-z2-7]{16})\]/g;
/** A quoted history holds one token many times; many different ones are no history. */
const MAX_TOKENS = 20;

export class ReplyTokens {
  constructor(private readonly secret: string) {}

  /** The whole text; empty for an issue whose id is not known yet. */
  async textFor({ id, key }: IssueRef): Promise<string> {
    if (!/^\d{1,18}$/.test(id)) return "";
    return `[${key} · ${BigInt(id).toString(36)}-${await this.#mac(id)}]`;
  }

  /** Ids of the issues whose genuine token stands in the text, each once. */
  async issueIdsIn(text: string): Promise<string[]> {
    const found = new Set<string>();
    let seen = 0;
    for (const [, id36, mac] of text.matchAll(TOKEN)) {
      if (++seen > MAX_TOKENS) break;
      const id = fromBase36(id36!);
      const genuine = new TextEncoder().encode(await this.#mac(id));
      if (timingSafeEqual(genuine, new TextEncoder().encode(mac!))) found.add(id);
    }
    return [...found];
  }

  async #mac(issueId: string): Promise<string> {
    const bytes = await hmacSha256(this.secret, `reply\n${issueId}`);
    let bits = 0n;
    for (const byte of bytes.subarray(0, 10)) bits = bits << 8n | BigInt(byte);
    return Array.from({ length: MAC_LENGTH }, (_, i) => BASE32[Number(bits >> BigInt(5 * (MAC_LENGTH - 1 - i)) & 31n)])
      .join(
        "",
      );
  }
}

function fromBase36(text: string): string {
  return [...text].reduce((value, char) => value * 36n + BigInt(parseInt(char, 36)), 0n).toString();
}

/** A secret for those who set none. */
export function newTokenSecret(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
