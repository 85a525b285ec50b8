import type { ConfigProblem } from "../core/errors.ts";
import { normaliseAddress } from "../core/mail.ts";
import { isAddress } from "./value_types.ts";

/** Reads `address=account` lines; empty lines and those that begin with `#` are skipped. */
export function parseUserMap(text: string, problems: ConfigProblem[]): Map<string, string> {
  const accounts = new Map<string, string>();
  text.split(/\r\n|\n|\r/).forEach((line, at) => {
    if (/^\s*(#|$)/.test(line)) return;
    const equals = line.indexOf("=");
    const address = normaliseAddress(line.slice(0, Math.max(equals, 0)));
    const account = line.slice(equals + 1).trim();
    if (isAddress(address) && account !== "") accounts.set(address, account);
    else {
      problems.push({
        name: "JIRA_USER_MAP",
        problem: `line ${at + 1} of the file is not valid: expected address=account, for example ada@example.com=ada`,
      });
    }
  });
  return accounts;
}
