/** A command that stops when it is asked to, with the code or by the error that its argument names. */

import { run } from "../../src/cli/exit.ts";
import { writeLine } from "../../src/cli/output.ts";

await run({}, async (session) => {
  const { stop } = session.stopSignals();
  writeLine("ready");
  const keptAlive = setTimeout(() => {}, 60_000);
  await new Promise((resolve) => stop.addEventListener("abort", resolve));
  clearTimeout(keptAlive);
  if (Deno.args[0] === "abort") stop.throwIfAborted();
  return Number(Deno.args[0]);
});
