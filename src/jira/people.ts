/** Which of the users found is the person with an address. A wrong one would see somebody else's mail. */

import type { z } from "zod";
import type { JiraUser } from "../core/jira.ts";
import type { usersAnswer } from "./answers.ts";
import { toUser } from "./nouns.ts";

type Users = z.infer<typeof usersAnswer>;

/**
 * Cloud searches by prefix and mostly hides addresses: the one with exactly this address, or the only hit for the full
 * address whose address is hidden and whose display name holds none.
 */
export function cloudUser(found: Users, address: string): JiraUser | null {
  const people = found.filter((user) =>
    user.active !== false && ["atlassian", "customer"].includes(user.accountType ?? "atlassian")
  );
  const exact = people.filter((user) => sameAddress(user.emailAddress, address));
  if (exact.length > 0) return exact.length === 1 ? toUser("cloud", exact[0]!) : null;
  const only = found.length === 1 ? people[0] : undefined;
  if (only === undefined || (only.emailAddress ?? "") !== "" || (only.displayName ?? "@").includes("@")) return null;
  return toUser("cloud", only);
}

/** Server finds prefixes of logins, names and addresses: the one active user with exactly this address. */
export function serverUser(found: Users, address: string): JiraUser | null {
  const exact = found.filter((user) => user.active !== false && sameAddress(user.emailAddress, address));
  return exact.length === 1 ? toUser("server", exact[0]!) : null;
}

function sameAddress(one: string | null | undefined, other: string): boolean {
  return one !== null && one !== undefined && one.trim().toLowerCase() === other.trim().toLowerCase();
}
