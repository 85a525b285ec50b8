/** Who may what. */

import type { SimUser } from "./types.ts";

/** Every permission a plain account with full rights in its projects has; the administrator's are not among them. */
export const PERMISSIONS: readonly string[] = [
  "BROWSE_PROJECTS",
  "CREATE_ISSUES",
  "EDIT_ISSUES",
  "ADD_COMMENTS",
  "EDIT_OWN_COMMENTS",
  "EDIT_ALL_COMMENTS",
  "DELETE_OWN_COMMENTS",
  "CREATE_ATTACHMENTS",
  "DELETE_OWN_ATTACHMENTS",
  "MODIFY_REPORTER",
  "MANAGE_WATCHERS",
  "VIEW_VOTERS_AND_WATCHERS",
  "LINK_ISSUES",
  "TRANSITION_ISSUES",
  "RESOLVE_ISSUES",
  "CLOSE_ISSUES",
  "ASSIGN_ISSUES",
  "ASSIGNABLE_USER",
  "DELETE_ISSUES",
  "MOVE_ISSUES",
  "SCHEDULE_ISSUES",
  "SET_ISSUE_SECURITY",
  "USER_PICKER",
  "BULK_CHANGE",
  "SERVICEDESK_AGENT",
];

/** Permissions that are refused unless granted by `JiraStore.allow`. */
export const ADMIN_PERMISSIONS: readonly string[] = ["ADMINISTER", "ADMINISTER_PROJECTS", "SYSTEM_ADMIN"];

/** Where a permission is taken or given; nothing said: for everybody, everywhere. */
export interface Where {
  readonly user?: string;
  readonly project?: string;
}

/** Rules in the order in which they were given; the last one that fits decides. */
export class Permissions {
  readonly #rules: { readonly allowed: boolean; readonly permission: string; readonly where: Where }[] = [];

  /** `where.user`: accountId. */
  add(allowed: boolean, permission: string, where: Where): void {
    this.#rules.push({ allowed, permission, where });
  }

  may(user: SimUser | null, permission: string, projectKey: string | undefined): boolean {
    if (user === null || !user.active) return false;
    let allowed = PERMISSIONS.includes(permission);
    for (const rule of this.#rules) {
      if (rule.permission !== permission || (rule.where.user ?? user.accountId) !== user.accountId) continue;
      if (rule.where.project === undefined || rule.where.project === projectKey) allowed = rule.allowed;
    }
    return allowed;
  }
}
