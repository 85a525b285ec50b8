/**
 * Simulated Jira: Cloud (REST v3) and Server/Data Center (REST v2) over HTTP, with a store that people can act in.
 * @module
 */

export { JiraCloudSim } from "./cloud.ts";
export type { JiraCloudOptions } from "./cloud.ts";
export { JiraServerSim } from "./server.ts";
export type { JiraServerOptions } from "./server.ts";
export type { SimCredential } from "./doors.ts";
export { ADMIN_PERMISSIONS, PERMISSIONS } from "./permissions.ts";
export { JiraStore } from "./store.ts";
export type { StoreOptions } from "./store.ts";
export type { NewIssue } from "./new_issue.ts";
export type { NewProject } from "./new_project.ts";
export type { NewUser } from "./new_user.ts";
export { plainText } from "./texts.ts";
export { SimWebhook, type SimWebhookOptions } from "./webhooks.ts";
export * from "./types.ts";
