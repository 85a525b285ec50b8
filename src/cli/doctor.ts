import { runDoctor as examine } from "../app/doctor.ts";
import { EXIT, worstExit } from "../app/exit_codes.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { beginLogging, flagsOf } from "./context.ts";
import { writeJson, writeLine } from "./output.ts";
import { withLocalTimes } from "./times.ts";
import type { Session } from "./session.ts";

export interface DoctorCommandOptions {
  readonly json?: true | undefined;
  readonly send?: true | undefined;
  readonly foreign?: string | undefined;
}

/** `doctor`: checks everything the job needs, each with its remedy. */
export async function runDoctor(session: Session, { json, send, foreign }: DoctorCommandOptions): Promise<number> {
  const { stop } = session.stopSignals();
  beginLogging(session);
  const report = await examine({
    flags: flagsOf(session.globals),
    environment: systemEnvironment(),
    signal: stop,
    send: send === true,
    foreign: foreign ?? null,
  });
  if (json) writeJson(report);
  else for (const check of report.checks) for (const line of checkLines(check)) writeLine(line);
  if (report.ok) return EXIT.done;
  const worst = worstExit(report.checks.filter(({ ok }) => !ok).map(({ code }) => code ?? EXIT.unexpected));
  // Contract §2: of its own it says only 2, 3 or 1.
  return worst === EXIT.usage || worst === EXIT.credentials ? worst : EXIT.unexpected;
}

function checkLines({ check, ok, detail, remedy }: Awaited<ReturnType<typeof examine>>["checks"][number]): string[] {
  const line = `${ok ? "ok  " : "FAIL"}  ${check}: ${withLocalTimes(detail)}`;
  // What was not run has the remedy of what kept it from running, which is told there.
  return remedy === "" || detail.startsWith("Not checked") ? [line] : [line, `      ${remedy}`];
}
