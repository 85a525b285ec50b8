import { domainOf, isWithinDomain } from "./addresses.ts";
import { type Filter, pass, reject } from "./facts.ts";
import { signedBy } from "./verification.ts";

/** From where Jira Automation's action "Send email" writes. */
const AUTOMATION_DOMAIN = "automation.atlassian.com";
const ATLASSIAN_DOMAINS = ["atlassian.com", "atlassian.net"];

/**
 * The mail by which the Python tool learnt of a comment: `{"issue":"SUP-12","id":"10300",…}` from a rule of Jira
 * Automation. It is believed to be Atlassian's only if our own Exchange says that its DKIM signature is good; anything
 * else from that domain is Jira's notification, or somebody's invention.
 */
export const jiraAutomation: Filter = {
  name: "jira-automation",
  judge(envelope) {
    if (envelope.folder !== "inbox" || !isWithinDomain(domainOf(envelope.from), AUTOMATION_DOMAIN)) {
      return pass("jira-automation", "not from Jira Automation");
    }
    const signers = signedBy(envelope);
    const genuine = signers.some((signer) => ATLASSIAN_DOMAINS.some((domain) => isWithinDomain(signer, domain)));
    return genuine
      ? reject("jira-automation", "tells of a comment in Jira; signed by Atlassian")
      : pass("jira-automation", "claims to be from Jira Automation, but is not signed by Atlassian");
  },
};
