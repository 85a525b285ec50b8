import { type EarlierHandling, type Filter, pass, reject } from "./facts.ts";

/** A mail has one outcome, however often it is seen. */
export const alreadyHandled: Filter = {
  name: "already-handled",
  judge(_envelope, { handled }) {
    if (handled === null) return pass("already-handled", "not seen before");
    return reject("already-handled", `the same mail ${whatBecame(handled)}`);
  },
};

function whatBecame({ outcome, issue }: EarlierHandling): string {
  if (outcome === null) return "is already being worked on";
  if (outcome === "filtered") return "was filtered before";
  if (outcome === "failed") return "was tried before and is in the failed list";
  const where = issue === null ? "" : outcome === "created" ? ` ${issue}` : ` on ${issue}`;
  return outcome === "created" ? `already became issue${where}` : `already became a comment${where}`;
}
