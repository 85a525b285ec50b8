/** A command that writes until its reader has gone, and says on stderr that it noticed. */

import { run, writeError } from "../../src/cli/exit.ts";
import { isOutputClosed, writeLine } from "../../src/cli/output.ts";

await run({}, async () => {
  for (let at = 0; at < 100_000 && !isOutputClosed(); at++) {
    writeLine(`line ${at}`);
    await Promise.resolve();
  }
  writeError(isOutputClosed() ? "closed\n" : "open\n");
  return 0;
});
