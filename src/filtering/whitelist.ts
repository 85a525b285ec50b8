import { findPattern } from "./address_patterns.ts";
import { type Filter, pass, reject } from "./facts.ts";
import { ownMailReason } from "./other_people.ts";

/** An empty whitelist lets everybody in. */
export const whitelist: Filter = {
  name: "whitelist",
  judge(envelope, facts) {
    if (facts.whitelist.length === 0) return pass("whitelist", "the whitelist is empty and lets everybody in");
    const own = ownMailReason(envelope, facts);
    if (own !== null) return pass("whitelist", own);
    const pattern = findPattern(envelope.from?.address ?? "", facts.whitelist);
    if (pattern !== undefined) return pass("whitelist", `the sender is on the whitelist (${pattern})`);
    return reject(
      "whitelist",
      envelope.from === null
        ? "the mail has no sender, and there is a whitelist"
        : "the sender is not on the whitelist",
    );
  },
};
