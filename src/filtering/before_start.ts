import { type Filter, pass, reject } from "./facts.ts";

/** Mail received before the mailbox's first run is history, also when it is moved in later. */
export const beforeStart: Filter = {
  name: "before-start",
  judge({ receivedAt }, { startedAt, includeBeforeStart }) {
    if (startedAt === null) return pass("before-start", "the mailbox has no start");
    // An unreadable date compares as false: such a mail is taken rather than lost.
    const older = Date.parse(receivedAt) < Date.parse(startedAt);
    if (!older) return pass("before-start", `received since the start at ${startedAt}`);
    if (includeBeforeStart) return pass("before-start", "older than the start, taken on request");
    return reject("before-start", `received at ${receivedAt}, before the start at ${startedAt}`);
  },
};
