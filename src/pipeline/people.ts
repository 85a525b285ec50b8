/** Who in Jira belongs to an address: the map file first, then Jira's search, remembered for a while. */

import type { Clock } from "../core/clock.ts";
import type { JiraUser } from "../core/jira.ts";
import { normaliseAddress } from "../core/mail.ts";
import type { JiraClient } from "../jira/client.ts";
import { HttpError } from "../core/errors.ts";

const KEEP_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 5_000;

export interface PeopleOptions {
  readonly jira: Pick<JiraClient, "findUser">;
  readonly clock: Clock;
  /** `JIRA_USER_MAP`: lower-case address → accountId or login name. */
  readonly userMap: ReadonlyMap<string, string>;
}

export class People {
  #known = new Map<string, { user: Promise<JiraUser | null>; until: number }>();
  constructor(private readonly options: PeopleOptions) {}

  /** `null`: no such user, or Jira does not let us look for one (then nobody is guessed). */
  async find(address: string, signal?: AbortSignal): Promise<JiraUser | null> {
    const wanted = normaliseAddress(address);
    const mapped = this.options.userMap.get(wanted);
    if (mapped !== undefined) return { id: mapped, displayName: address };
    const now = this.options.clock.now();
    const known = this.#known.get(wanted);
    if (known !== undefined && known.until > now) return await known.user;
    const user = this.#search(wanted, signal);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(wanted, { user, until: now + KEEP_MS });
    try {
      return await user;
    } catch (error) {
      this.#known.delete(wanted);
      throw error;
    }
  }

  async #search(address: string, signal?: AbortSignal): Promise<JiraUser | null> {
    try {
      return await this.options.jira.findUser(address, signal);
    } catch (error) {
      // An address that Jira's search does not take, or a search that this account may not use, is nobody's fault.
      if (error instanceof HttpError && !error.credentialsRefused && [400, 403, 404].includes(error.status)) {
        return null;
      }
      throw error;
    }
  }
}
