/** Answers to meetings. A request or a cancellation is a person's mail: somebody wants the team to be there, or not. */

import { autoSubmitted } from "./auto_submitted.ts";
import { type Facts, firm, hasNullReturnPath, type Sign, weak } from "./sign.ts";
import { MEETING_FORWARD_SUBJECT, MEETING_RESPONSE_SUBJECT } from "./subjects.ts";

export function calendarSigns(facts: Facts): Sign[] {
  const signs: Sign[] = [];
  if (facts.hasType(/^(?:text\/calendar|application\/ics)\b.*method="?(?:reply|counter|refresh)/)) {
    signs.push(firm("calendar", 150, "an answer to a meeting (iTIP method)"));
  } else if (/^method:(?:reply|counter|refresh)\s*$/im.test(facts.text) && facts.hasType(/^text\/calendar/)) {
    signs.push(firm("calendar", 150, "an answer to a meeting (iTIP method)"));
  }
  if (/ipm\.schedule\.meeting\.resp/i.test(messageClass(facts))) {
    signs.push(firm("calendar", 150, "an answer to a meeting (message class)"));
  }
  if (/ipm\.schedule\.meeting\.notification/i.test(messageClass(facts))) {
    signs.push(firm("calendar", 150, "a notice about a meeting (message class)"));
  }
  if (MEETING_RESPONSE_SUBJECT.test(facts.subject)) {
    signs.push(weak("calendar", 30, "the subject of an answer to a meeting"));
    if (isCalendarMail(facts)) signs.push(firm("calendar", 70, "a calendar message"));
  }
  if (MEETING_FORWARD_SUBJECT.test(facts.subject)) {
    signs.push(weak("calendar", 30, "the subject of a meeting's forwarding notice"));
    if (isCalendarMail(facts) || hasNullReturnPath(facts) || autoSubmitted(facts) === "auto-generated") {
      signs.push(firm("calendar", 150, "a notice that a meeting was forwarded"));
    }
  }
  return signs;
}

/** Headers in which Exchange and old Outlooks name the class. */
function messageClass(facts: Facts): string {
  return ["Content-Class", "X-MS-Exchange-Organization-Message-Class", "X-Message-Class", "Message-Class"]
    .map((name) => facts.header(name) ?? "").join(" ");
}

function isCalendarMail(facts: Facts): boolean {
  return facts.hasType(/^(?:text\/calendar|application\/ics)\b(?!.*method="?(?:request|cancel|publish))/) ||
    /calendarmessage/i.test(facts.header("Content-Class") ?? "") ||
    facts.envelope.headers.some(({ name }) => /^x-ms-exchange-calendar-/i.test(name));
}
