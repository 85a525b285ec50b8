/** A command that says when it was asked to stop, and does not. */

import { run } from "../../src/cli/exit.ts";
import { writeLine } from "../../src/cli/output.ts";

await run({}, async (session) => {
  const { stop } = session.stopSignals();
  stop.addEventListener("abort", () => writeLine("asked"));
  writeLine("ready");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return 0;
});
