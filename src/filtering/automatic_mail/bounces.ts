/** Reports of mail that could not be delivered, and complaints about mail (RFC 3464, RFC 5965). */

import { type Facts, firm, hasNullReturnPath, said, type Sign, weak } from "./sign.ts";
import { BOUNCE_SUBJECT } from "./subjects.ts";

/** Headers that only a bounce has, with the systems that write them. */
const HEADERS: readonly (readonly [name: string, weight: number])[] = [
  ["X-Failed-Recipients", 100], // Exim, Gmail
  ["X-MS-Exchange-Message-Is-Ndr", 100], // Exchange
  ["X-MS-Embedded-Report", 80], // Exchange 2003
  ["X-MailScanner-Bounce", 60],
  ["X-HmXmrOriginalRecipient", 80], // Outlook.com complaints
  ["Original-Recipient", 40],
  ["Reporting-MTA", 60],
];

/** Parts of the words that bounces of many systems use; a person who asks about a bounce uses them too. */
const WORDING =
  /\b[45]\.\d{1,3}\.\d{1,3}\b|\b5[05]\d[ -]|could ?n[o']t be delivered|not be delivered|delivery (?:to|of) .{0,80}fail|permanent (?:fatal )?error|undeliverable|user unknown|mailbox (?:is )?full|unable to deliver|final-recipient:|reporting-mta:|配信できません|配送できません|届けることができません|nicht zugestellt|n'a pas pu être remis|no se (?:ha )?pud[oi]/i;

/** Amazon's own JSON, also as a text within JSON. */
const SES_BOUNCE = /\\?"(?:notificationType|eventType)\\?"\s*:\s*\\?"(?:Bounce|Complaint)/;

export function bounceSigns(facts: Facts): Sign[] {
  return [...reportSigns(facts), ...senderSigns(facts), ...headerSigns(facts), ...wordSigns(facts)];
}

function reportSigns(facts: Facts): Sign[] {
  if (facts.hasType(/report-type="?feedback-report|^message\/feedback-report/)) {
    return [firm("bounce", 400, "a complaint report (RFC 5965)")];
  }
  if (facts.hasType(/report-type="?delivery-status|^message\/(?:global-)?delivery-status/)) {
    return [firm("bounce", 400, "a delivery report (RFC 3464)")];
  }
  if (facts.hasType(/^multipart\/report(?!.*report-type)/)) return [firm("bounce", 80, "a report (multipart/report)")];
  return [];
}

function senderSigns(facts: Facts): Sign[] {
  const signs: Sign[] = [];
  const raw = facts.header("From") ?? "";
  const name = facts.envelope.from?.name ?? "";
  const daemon = /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mail[-_.]?delivery[-_.](?:system|subsystem))\b/i;
  if (daemon.test(facts.local) || daemon.test(name.trim()) || daemon.test(raw.replace(/^"/, ""))) {
    signs.push(firm("bounce", 100, "sent by a mail system (mailer-daemon)"));
  } else if (/^(?:post(?:master|office)\d*|mdaemon|mail-?system|mail-?delivery)$/.test(facts.local)) {
    signs.push(firm("bounce", 35, "sent by a postmaster"));
    if (facts.hasType(/^message\/rfc822|^text\/rfc822-headers/)) {
      signs.push(firm("bounce", 20, "a mail is returned with it"));
    }
  } else if (/^microsoftexchange[0-9a-f]{20,}$/.test(facts.local)) {
    signs.push(firm("bounce", 60, "sent by Exchange itself"));
  }
  if (/^<?\s*>?$/.test(raw) && facts.envelope.from === null || /<>\s*$/.test(raw)) {
    signs.push(firm("bounce", 35, "no sender address"));
  }
  if (hasNullReturnPath(facts)) signs.push(firm("bounce", 60, "null return path"));
  else if (facts.headers("Return-Path").some((value) => /^<?mailer-daemon/i.test(value))) {
    signs.push(firm("bounce", 60, "return path of a mail system"));
  }
  // Microsoft's Junk Mail Reporting Program writes complaints that are no RFC 5965 reports.
  if (/^staff@(?:hotmail|outlook|live|msn)\./.test(`${facts.local}@${facts.domain}`)) {
    signs.push(firm("bounce", 60, "a complaint report of Outlook.com"));
  }
  if (/^(?:complaints|abuse|feedbackloop|fbl)\b/.test(facts.local) && facts.hasType(/^message\/rfc822/)) {
    signs.push(firm("bounce", 30, `sent by "${facts.local}" with a mail attached`));
  }
  return signs;
}

function headerSigns(facts: Facts): Sign[] {
  const signs: Sign[] = [];
  for (const [name, weight] of HEADERS) {
    const value = facts.header(name);
    if (value !== undefined) signs.push(firm("bounce", weight, said(name, value)));
  }
  if (/(?:^|\.)(?:amazonaws|amazonses)\.com$/.test(facts.domain) && SES_BOUNCE.test(facts.text)) {
    signs.push(firm("bounce", 150, "a bounce told by Amazon SES"));
  }
  return signs;
}

function wordSigns(facts: Facts): Sign[] {
  const signs: Sign[] = [];
  if (BOUNCE_SUBJECT.test(facts.subject)) signs.push(weak("bounce", 30, "the subject of a bounce"));
  if (WORDING.test(facts.text)) signs.push(weak("bounce", 15, "the words of a bounce"));
  return signs;
}
