import type { Envelope } from "../core/mail.ts";
import { asciiDomain, comparable, domainOf, isWithinDomain } from "./addresses.ts";
import { everyOwnAddress, type Filter, type FilterFacts, type JiraSenders, pass, reject } from "./facts.ts";

/**
 * Jira's own mail would come back as an issue about itself. Its users write from addresses of their own, so whole
 * domains can be named: `jira@<site>.atlassian.net`, and Jira Automation's "send email" action.
 */
const JIRA_DOMAINS = ["atlassian.net", "automation.atlassian.com"];

/** Jira's Message-IDs end so, on Cloud and on Server: `<JIRA.13157534.1525…@Atlassian.JIRA>`. */
const JIRA_MESSAGE_ID = /^<JIRA\.[^>]*@|@atlassian\.jira>$/i;

export const jiraNotification: Filter = {
  name: "jira-notification",
  judge(envelope, facts) {
    const sign = headerSign(envelope) ?? senderSign(envelope, facts);
    return sign === undefined
      ? pass("jira-notification", "no sign of Jira's own mail")
      : reject("jira-notification", `Jira's own mail: ${sign}`);
  },
};

function headerSign(envelope: Envelope): string | undefined {
  const header = envelope.headers.find(({ name }) => /^x-(jira-fingerprint$|atlassian-)/i.test(name));
  if (header !== undefined) return `header ${header.name}`;
  if (JIRA_MESSAGE_ID.test(envelope.internetMessageId?.trim() ?? "")) return "a Message-ID made by Jira";
  return undefined;
}

function senderSign(envelope: Envelope, { jira, own }: FilterFacts): string | undefined {
  for (const person of [envelope.from, envelope.sender]) {
    if (person === null) continue;
    const domain = domainOf(person);
    if (JIRA_DOMAINS.some((known) => isWithinDomain(domain, known))) return `sent from ${domain}`;
    if (jira.addresses.some((known) => comparable(known) === comparable(person.address))) {
      return "sent from this Jira's notification address";
    }
    if (domain !== "" && domain === jiraMailDomain(jira, everyOwnAddress(own))) {
      return `sent from ${domain}, Jira's host`;
    }
  }
  return undefined;
}

/**
 * The host of Jira, if only Jira can write from it. With Jira at `https://example.com/jira` the whole company has
 * addresses at `example.com`: then the host says nothing.
 */
function jiraMailDomain({ host }: JiraSenders, own: readonly string[]): string | undefined {
  if (host === null || !host.includes(".") || /^[\d.]+$/.test(host)) return undefined;
  const domain = asciiDomain(host);
  const shared = own.some((address) => isWithinDomain(domainOf({ name: "", address }), domain));
  return shared ? undefined : domain;
}
