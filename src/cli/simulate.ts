import { runSimulate as serve } from "../app/simulate.ts";
import { ConfigError, type ConfigProblem } from "../core/errors.ts";
import { beginLogging } from "./context.ts";
import { writeLine } from "./output.ts";
import type { Session } from "./session.ts";

export interface SimulateCommandOptions {
  readonly jira: "cloud" | "server";
  readonly entraPort?: string | undefined;
  readonly graphPort?: string | undefined;
  readonly jiraPort?: string | undefined;
}

/** `simulate`: the simulated Entra ID, Graph and Jira, on loopback until stopped. */
export async function runSimulate(session: Session, options: SimulateCommandOptions): Promise<number> {
  const { stop } = session.stopSignals();
  beginLogging(session);
  const ports = readPorts({
    entra: options.entraPort,
    graph: options.graphPort,
    jira: options.jiraPort,
  });
  return await serve({ kind: options.jira, write: writeLine, stop, ports });
}

/** Throws `ConfigError` for every text that is no port. */
export function readPorts(texts: Readonly<Record<string, string | undefined>>): Record<string, number> {
  const problems: ConfigProblem[] = [];
  const ports: Record<string, number> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
    if (port < 1 || port > 65_535) {
      problems.push({ name: `--${name}-port`, problem: "expected a port between 1 and 65535" });
    } else ports[name] = port;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return ports;
}
