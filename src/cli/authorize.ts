import { authorize } from "../app/authorize.ts";
import { openContext } from "./context.ts";
import { writeLine } from "./output.ts";
import { withLocalTimes } from "./times.ts";
import { ask } from "./prompt.ts";
import type { Session } from "./session.ts";

export interface AuthorizeOptions {
  readonly grantType?: string | undefined;
}

/** `authorize`: obtains a token and stores it. */
export async function runAuthorize(session: Session, { grantType }: AuthorizeOptions): Promise<number> {
  const { stop } = session.stopSignals();
  const config = openContext(session, {
    needs: { graph: true, jira: false, state: true, mail: false },
    flags: grantType === undefined ? {} : { O365_GRANT_TYPE: grantType },
  });
  return await authorize(config, {
    grantType: grantType === undefined ? null : config.graph?.grantType ?? null,
    ask: (prompt) => ask(prompt, stop),
    write: (line) => writeLine(withLocalTimes(line)),
    signal: stop,
  });
}
