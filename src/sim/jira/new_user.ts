/** A person who gets an account. */

import type { SimUser } from "./types.ts";

export interface NewUser {
  readonly displayName: string;
  readonly emailAddress: string;
  /** Login name on Server; default the part of the address before `@`. */
  readonly name?: string;
  readonly accountId?: string;
  readonly emailVisible?: boolean;
  readonly active?: boolean;
  readonly accountType?: SimUser["accountType"];
  readonly timeZone?: string;
}

/** `serial`: how many there are already. */
export function userFrom(user: NewUser, serial: number): SimUser {
  return {
    accountId: user.accountId ?? `5b10a2844c20165700ede${String(serial).padStart(3, "0")}`,
    name: user.name ?? user.emailAddress.split("@")[0]!,
    userKey: `JIRAUSER${10_100 + serial}`,
    displayName: user.displayName,
    emailAddress: user.emailAddress,
    emailVisible: user.emailVisible ?? true,
    active: user.active ?? true,
    accountType: user.accountType ?? "atlassian",
    timeZone: user.timeZone ?? "Etc/UTC",
  };
}
