import type { MailConfig } from "./config.ts";
import type { Values } from "./values.ts";

/** The rules about mail. */
export function readMail(values: Values): MailConfig {
  const megabytes = values.get("ATTACHMENT_MAX_MB");
  return {
    whitelist: values.get("JIRA_WHITELIST"),
    blacklist: values.get("JIRA_BLACKLIST"),
    automaticActions: values.get("AUTOMATIC_MAIL") ?? {},
    quotedHistory: values.get("QUOTED_HISTORY"),
    acknowledge: values.get("ACK"),
    acknowledgementsPerSenderPerHour: values.get("ACK_LIMIT_PER_SENDER_PER_HOUR"),
    templatesDirectory: values.path("TEMPLATES_DIR"),
    attachmentMaxBytes: megabytes === undefined ? null : Math.floor(megabytes * 1024 * 1024),
    attachmentSkip: values.get("ATTACHMENT_SKIP"),
    commentVisibility: values.get("JIRA_COMMENT_VISIBILITY"),
    commentRelay: values.get("JIRA_COMMENT_RELAY"),
    commentMarker: values.get("JIRA_COMMENT_MARKER"),
    commentRelayDelayMs: Math.round(values.get("JIRA_COMMENT_RELAY_DELAY_SECONDS") * 1000),
    statusNotice: values.get("JIRA_STATUS_NOTICE"),
    automationMail: values.get("JIRA_AUTOMATION_MAIL"),
    resolvedReply: values.get("JIRA_RESOLVED_REPLY"),
    reopenTransition: values.get("JIRA_REOPEN_TRANSITION") ?? null,
    newIssueAfterMs: Math.round(values.get("JIRA_RESOLVED_NEW_AFTER_DAYS") * 86_400_000),
  };
}
