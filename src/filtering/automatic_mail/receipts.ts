/** Receipts for mail that arrived: read (RFC 8098) or delivered (RFC 3464 with "Action: delivered"). */

import { type Facts, firm, hasNullReturnPath, type Sign, weak } from "./sign.ts";
import { DELIVERED_SUBJECT, READ_SUBJECT } from "./subjects.ts";

const TEMPLATE =
  /^\s*(?:your message|ihre nachricht|votre message|su mensaje|(?:a )?sua mensagem|il messaggio|uw bericht|ditt meddelande|din meddelelse|viestisi|twoja wiadomość|zpráva)\s+(?:to|an|à|para|a|aan|till|til|do)\s*:/i;

export function receiptSigns(facts: Facts): Sign[] {
  const signs: Sign[] = [];
  if (facts.hasType(/report-type="?disposition-notification|^message\/(?:global-)?disposition-notification/)) {
    signs.push(firm("receipt", 400, "a read receipt (RFC 8098)"));
  }
  const report = facts.hasType(/report-type="?delivery-status|^message\/(?:global-)?delivery-status/);
  if (report && isDelivered(facts)) signs.push(firm("receipt", 500, "a delivery report that tells success"));
  if (READ_SUBJECT.test(facts.subject)) {
    signs.push(weak("receipt", 35, "the subject of a read receipt"));
    if (hasNullReturnPath(facts)) signs.push(firm("receipt", 40, "null return path"));
    // Within one organisation Exchange delivers receipts without internet headers.
    if (TEMPLATE.test(facts.text)) signs.push(firm("receipt", 40, "the text that Exchange writes"));
    const suppress = facts.header("X-Auto-Response-Suppress");
    if (suppress !== undefined && /\ball\b/i.test(suppress)) {
      signs.push(firm("receipt", 30, "it wants no automatic replies"));
    }
  }
  if (/^(?:original-message-id|disposition):\s/im.test(facts.text)) {
    signs.push(weak("receipt", 15, "the fields of a receipt"));
  }
  return signs;
}

function isDelivered(facts: Facts): boolean {
  const actions = [...facts.text.matchAll(/^[ \t]*action:[ \t]*(\w+)/gim)].map(([, action]) => action!.toLowerCase());
  if (actions.length > 0) return actions.every((action) => ["delivered", "relayed", "expanded"].includes(action));
  return DELIVERED_SUBJECT.test(facts.subject);
}
