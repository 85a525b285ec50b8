import { runDemo as play } from "../app/demo.ts";
import { beginLogging } from "./context.ts";
import { writeLine } from "./output.ts";
import type { Session } from "./session.ts";

export interface DemoCommandOptions {
  readonly keep?: true | undefined;
  readonly eml?: readonly string[] | undefined;
  readonly jira: "cloud" | "server";
}

/** `demo`: the whole job on this machine, without any account. */
export async function runDemo(session: Session, { keep, eml, jira }: DemoCommandOptions): Promise<number> {
  const { stop } = session.stopSignals();
  beginLogging(session);
  return await play({ keep: keep === true, eml: [...(eml ?? [])], kind: jira, write: writeLine, stop });
}
