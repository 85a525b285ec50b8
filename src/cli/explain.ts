import { explainFiles, explainMessage, type Explanation } from "../app/explain.ts";
import { EXIT } from "../app/exit_codes.ts";
import type { ConfigProblem } from "../core/errors.ts";
import { openContext } from "./context.ts";
import { explanationLines } from "./explanation.ts";
import { isOutputClosed, writeJson, writeLine } from "./output.ts";
import type { Session } from "./session.ts";

export interface ExplainOptions {
  readonly id?: string | undefined;
  readonly mailbox?: string | undefined;
  readonly asReply?: true | undefined;
  readonly json?: true | undefined;
}

/** `explain`: what would become of mail files, or of a mail in the mailbox, and why. */
export async function runExplain(
  session: Session,
  files: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  const { id, mailbox } = options;
  const config = openContext(session, {
    needs: { graph: id !== undefined, jira: false, state: true },
    problems: usageProblems(files, options),
  });
  const asReply = options.asReply === true;
  const explanations = id === undefined
    ? explainFiles(config, { files: [...files], asReply })
    : one(explainMessage(config, { id, mailbox: mailbox ?? null, asReply }));
  let [count, failed] = [0, 0];
  for await (const explanation of explanations) {
    if (options.json) writeJson(explanation);
    else for (const line of [...(count > 0 ? [""] : []), ...explanationLines(explanation)]) writeLine(line);
    count++;
    if (explanation.outcome === "failed") failed++;
    if (isOutputClosed()) break;
  }
  return failed > 0 ? EXIT.failed : EXIT.done;
}

function usageProblems(files: readonly string[], { id, mailbox }: ExplainOptions): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (id === undefined && files.length === 0) {
    problems.push({ name: "explain", problem: "nothing to explain: expected mail files, or --id" });
  }
  if (id !== undefined && files.length > 0) {
    problems.push({ name: "--id", problem: "expected either mail files or --id, not both" });
  }
  if (id === undefined && mailbox !== undefined) {
    problems.push({ name: "--mailbox", problem: "says where to look for --id, which is missing" });
  }
  return problems;
}

async function* one(explanation: Promise<Explanation>): AsyncGenerator<Explanation> {
  yield await explanation;
}
