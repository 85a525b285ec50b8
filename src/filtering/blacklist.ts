import { findPattern } from "./address_patterns.ts";
import { type Filter, pass, reject } from "./facts.ts";
import { ownMailReason } from "./other_people.ts";

/** Wins over the whitelist. `Sender` counts too: mail "on behalf of" names the one who really sent it there. */
export const blacklist: Filter = {
  name: "blacklist",
  judge(envelope, facts) {
    if (facts.blacklist.length === 0) return pass("blacklist", "the blacklist is empty");
    const own = ownMailReason(envelope, facts);
    if (own !== null) return pass("blacklist", own);
    const addresses = [envelope.from, envelope.sender].flatMap((person) => person === null ? [] : [person.address]);
    // A mail without any sender is covered by `*` alone.
    for (const address of addresses.length === 0 ? [""] : addresses) {
      const pattern = findPattern(address, facts.blacklist);
      if (pattern !== undefined) return reject("blacklist", `the sender is on the blacklist (${pattern})`);
    }
    return pass("blacklist", "the sender is not on the blacklist");
  },
};
