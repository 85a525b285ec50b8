/** Mailing lists and newsletters (RFC 2919, RFC 2369). */

import { referencedMessageIds } from "../../core/mail.ts";
import { isProgramsAddress } from "./notifications.ts";
import { type Facts, firm, said, type Sign } from "./sign.ts";

const HEADERS: readonly (readonly [name: string, weight: number])[] = [
  ["List-Id", 80],
  ["Mailing-List", 60],
  ["X-Mailing-List", 60],
  ["X-BeenThere", 60],
  ["X-Mailman-Version", 60],
  ["X-Google-Group-Id", 60],
  ["X-ML-Name", 60],
  ["X-MLServer", 60],
  ["X-Listserver", 60],
  ["X-List-Name", 60],
  ["X-Mailchimp-Campaign", 60],
  ["X-MC-User", 60],
  ["X-Campaign", 60],
  ["X-CampaignId", 60],
  ["X-Campaign-Id", 60],
  ["X-CSA-Complaints", 40],
  ["List-Unsubscribe-Post", 30],
];

/** Mail of monitoring and build servers: an address of a program, and nothing of a campaign. */
function isAlarm(facts: Facts): boolean {
  return isProgramsAddress(facts) && !/^no|reply/i.test(facts.local) && facts.header("Precedence") === undefined;
}

/**
 * Whether the list's own address is one of ours: a Google group or a mailing list in front of the mailbox puts a list's
 * headers on everything that people write to it.
 */
function isOurList(facts: Facts): boolean {
  if (facts.own.size === 0) return false;
  const named = ["List-Post", "Mailing-List", "X-BeenThere", "X-Mailing-List", "List-Owner"].flatMap((name) =>
    facts.headers(name).flatMap((value) => value.match(/[^\s<>:,;"']+@[^\s<>,;"'?]+/g) ?? [])
  );
  // RFC 2919: `<support.example.com>` for support@example.com.
  const ids = facts.headers("List-Id").flatMap((value) => {
    const id = /<([^<>\s]+)>/.exec(value)?.[1] ?? value.trim();
    return [id, id.replace(".", "@")];
  });
  return [...named, ...ids].some((address) => facts.own.has(address.toLowerCase()));
}

export function listSigns(facts: Facts): Sign[] {
  if (isOurList(facts)) return [];
  const signs: Sign[] = [];
  for (const [name, weight] of HEADERS) {
    const value = facts.header(name);
    if (value !== undefined) signs.push(firm("list", weight, said(name, value)));
  }
  const unsubscribe = facts.header("List-Unsubscribe");
  if (unsubscribe !== undefined) {
    // Sales programs put it on single letters, too; a newsletter answers nobody.
    const named = facts.header("List-Id") !== undefined;
    const answers = referencedMessageIds(facts.envelope).length > 0 && !named;
    // Gmail asks it of everybody who sends much, alarms included.
    const alarm = !named && isAlarm(facts);
    signs.push(firm("list", answers || alarm ? 20 : 60, said("List-Unsubscribe", unsubscribe)));
  }
  const other = ["List-Post", "List-Subscribe", "List-Help", "List-Archive", "List-Owner"].find((name) =>
    facts.header(name) !== undefined
  );
  if (other !== undefined) signs.push(firm("list", 40, `header "${other}"`));
  const precedence = ["Precedence", "X-Precedence"].map((name) => facts.header(name)).find((value) =>
    value !== undefined
  );
  if (precedence !== undefined && /^(?:list|bulk|junk|first-class-bulk)$/i.test(precedence)) {
    signs.push(firm("list", 60, said("Precedence", precedence)));
  }
  const sender = facts.envelope.sender?.address.toLowerCase() ?? "";
  if (/^owner-|-(?:bounces|owner|request)(?:\+[^@]*)?@/.test(sender)) {
    signs.push(firm("list", 40, "sent by a list's own address"));
  }
  return signs;
}
