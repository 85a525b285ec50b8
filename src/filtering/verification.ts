/** What Exchange found out about the sender's domain. */

import type { SenderVerification } from "../core/decision.ts";
import { type Envelope, headerValue } from "../core/mail.ts";

/**
 * The verdict of the topmost `Authentication-Results` (RFC 8601), the one that our own Exchange wrote last; those below
 * may be the sender's inventions. `dmarc=fail` or `compauth=fail` (Microsoft's composite) is `fail`, though the other
 * passes; an absent header, or one without a verdict, is `none`.
 * https://learn.microsoft.com/defender-office-365/message-headers-eop-mdo
 */
export function verifySender(envelope: Pick<Envelope, "headers">): SenderVerification {
  const header = headerValue(envelope, "Authentication-Results");
  if (header === undefined) return "none";
  const results = authenticationResults(header);
  const verdicts = results.filter(({ method }) => method === "dmarc" || method === "compauth").map(({ result }) =>
    result
  );
  if (verdicts.includes("fail")) return "fail";
  return verdicts.includes("pass") ? "pass" : "none";
}

/** The domains whose DKIM signature our own Exchange found good (`dkim=pass header.d=…`), lower case. */
export function signedBy(envelope: Pick<Envelope, "headers">): string[] {
  const header = headerValue(envelope, "Authentication-Results");
  if (header === undefined) return [];
  return authenticationResults(header)
    .filter(({ method, result }) => method === "dkim" && result === "pass")
    .flatMap(({ properties }) => /\bheader\.d\s*=\s*"?([a-z0-9.-]+)/i.exec(properties)?.[1]?.toLowerCase() ?? []);
}

interface AuthenticationResult {
  readonly method: string;
  readonly result: string;
  /** What follows the result: `header.from=… action=…`. */
  readonly properties: string;
}

/** Every `method=result` at the head of a part, with the properties after it. */
function authenticationResults(header: string): AuthenticationResult[] {
  return withoutComments(header).split(";").flatMap((part) => {
    const match = part.match(/^\s*([a-z0-9-]+)\s*(?:\/\s*\d+\s*)?=\s*"?([a-z]+)/i);
    if (match === null) return [];
    const properties = part.slice(match[0].length);
    return [{ method: match[1]!.toLowerCase(), result: match[2]!.toLowerCase(), properties }];
  });
}

/** Replaces comments by a space. One that never ends is no comment: the sender's own words cannot hide what follows. */
function withoutComments(text: string): string {
  const ends = commentEnds(text);
  let kept = "";
  for (let at = 0; at < text.length; at++) {
    const end = ends.get(at);
    kept += end === undefined ? text[at] : " ";
    if (end !== undefined) at = end;
  }
  return kept;
}

/** Index of each opening parenthesis → index of the one that closes it; those that are never closed are left out. */
function commentEnds(text: string): Map<number, number> {
  const open: number[] = [];
  const ends = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "(") open.push(at);
    else if (text[at] === ")") {
      const start = open.pop();
      if (start !== undefined) ends.set(start, at);
    }
  }
  return ends;
}
