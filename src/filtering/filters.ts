/** The filters in the order in which they are asked. A new filter is one file and one line here. */

import type { FilterVerdict } from "../core/decision.ts";
import type { Envelope } from "../core/mail.ts";
import { alreadyHandled } from "./already_handled.ts";
import { automaticMail } from "./automatic.ts";
import { beforeStart } from "./before_start.ts";
import { blacklist } from "./blacklist.ts";
import type { Filter, FilterFacts } from "./facts.ts";
import { jiraAutomation } from "./jira_automation.ts";
import { jiraNotification } from "./jira_notification.ts";
import { ownOutput } from "./own_output.ts";
import { recipientControl } from "./recipient_control.ts";
import { sentItems } from "./sent_items.ts";
import { whitelist } from "./whitelist.ts";

export const FILTERS: readonly Filter[] = [
  alreadyHandled,
  beforeStart,
  ownOutput,
  jiraAutomation,
  jiraNotification,
  sentItems,
  blacklist,
  whitelist,
  automaticMail,
  recipientControl,
];

/** Every filter's verdict, also of those after the first rejection: `explain` shows them all. */
export function runFilters(envelope: Envelope, facts: FilterFacts): FilterVerdict[] {
  return FILTERS.map((filter) => filter.judge(envelope, facts));
}

/** The first rejection, which decides; `null` when every filter lets the mail pass. */
export function decisive(verdicts: readonly FilterVerdict[]): FilterVerdict | null {
  return verdicts.find(({ verdict }) => verdict === "reject") ?? null;
}
