/** `--http`: the page beside the listener. */

import { type HttpAddress, readAddress, tokenProblems } from "../app/http/address.ts";
import type { PageOptions } from "../app/http/server.ts";
import { makeToken } from "../app/http/sessions.ts";
import type { Config } from "../config/config.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import { writeLine } from "./output.ts";
import type { Session } from "./session.ts";

export interface PageFlags {
  readonly once?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly http?: string | undefined;
  readonly httpHost?: readonly string[] | undefined;
}

export interface PagePlace {
  readonly address: HttpAddress;
  readonly names: readonly string[];
}

/** Where the page is asked for; `null`: nowhere. What is wrong with the options is added to `problems`. */
export function pagePlace(
  { once, dryRun, http, httpHost = [] }: PageFlags,
  problems: ConfigProblem[],
): PagePlace | null {
  if (http === undefined) {
    if (httpHost.length > 0) problems.push({ name: "--http-host", problem: "is of no use without --http" });
    return null;
  }
  if (once || dryRun) {
    problems.push({ name: "--http", problem: "is for a listener that stays, not for --once or --dry-run" });
  }
  return readAddress({ http, httpHost }, problems);
}

/** Throws `ConfigError` where the token is missing or too short. */
export function pageOptions(session: Session, place: PagePlace, config: Config): PageOptions {
  const given = config.httpToken?.reveal() ?? null;
  const problems = tokenProblems(given, place.address);
  if (problems.length > 0) throw new ConfigError(problems);
  const token = given ?? makeToken();
  session.logging?.hide(token);
  return {
    ...place,
    token,
    onServed: (url) => {
      writeLine(`Page: ${url}`);
      writeLine(given === null ? `Token of this run: ${token}` : "Token: the one in HTTP_TOKEN");
    },
  };
}
