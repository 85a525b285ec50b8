import { EXIT } from "../app/exit_codes.ts";
import { discardFailed, type FailedDetail, listFailed, retryFailed, showFailed } from "../app/failed.ts";
import type { Config } from "../config/config.ts";
import type { ConfigProblem } from "../core/errors.ts";
import type { FailedRow } from "../core/state_port.ts";
import { openContext } from "./context.ts";
import { writeJson, writeLine } from "./output.ts";
import { progressOf } from "./progress.ts";
import type { Session } from "./session.ts";
import { shortened, table } from "./table.ts";
import { localTime } from "./times.ts";

/** `failed list`. */
export async function runFailedList(session: Session, { json }: { json?: true | undefined }): Promise<number> {
  const rows = await listFailed(open(session));
  if (json) writeJson(rows);
  else for (const line of listLines(rows)) writeLine(line);
  return EXIT.done;
}

/** `failed show <id>`. */
export async function runFailedShow(
  session: Session,
  id: string,
  { json }: { json?: true | undefined },
): Promise<number> {
  const detail = await showFailed(open(session), id);
  if (json) writeJson(detail);
  else for (const line of detailLines(detail)) writeLine(line);
  return EXIT.done;
}

/** `failed retry <id …>` or `failed retry --all`. */
export async function runFailedRetry(
  session: Session,
  ids: readonly string[],
  { all }: { all?: true | undefined },
): Promise<number> {
  const problems = (ids.length > 0) === (all === true)
    ? [{ name: "failed retry", problem: "expected ids of failed mail, or --all, and not both" }]
    : [];
  const config = open(session, problems);
  const bar = progressOf(session);
  const retried = await retryFailed(config, all ? "all" : ids, bar.report).finally(() => bar.clear());
  if (retried.length === 0) writeLine("There is no failed mail.");
  else {
    writeLine(`Back to work: ${retried.join(", ")}.`);
    writeLine("A running handle-incoming-events takes it up; or run: o365-connect handle-incoming-events --once");
  }
  return EXIT.done;
}

/** `failed discard <id …>`. */
export async function runFailedDiscard(session: Session, ids: readonly string[]): Promise<number> {
  const discarded = await discardFailed(open(session), ids);
  writeLine(`Discarded: ${discarded.join(", ")}. The mail stays in the mailbox; no issue is made of it.`);
  return EXIT.done;
}

function open(session: Session, problems: readonly ConfigProblem[] = []): Config {
  return openContext(session, { needs: { graph: false, jira: false, state: true, mail: false }, problems });
}

function listLines(rows: readonly FailedRow[]): string[] {
  if (rows.length === 0) return ["There is no failed mail."];
  const lines = table(
    ["Id", "Failed at", "Step", "Tries", "From", "Subject"],
    rows.map((row) => [
      row.id,
      localTime(row.failedAt),
      row.step,
      row.attempts,
      shortened(row.from ?? "-", 30),
      shortened(row.subject ?? "-", 40),
    ]),
  );
  return [...lines, "", "Why: o365-connect failed show <id>. Then: failed retry <id>, or failed discard <id>."];
}

function detailLines(detail: FailedDetail): string[] {
  const facts: [string, string][] = [
    ["Id", detail.id],
    ["Mailbox", detail.mailbox],
    ["From", detail.from ?? "-"],
    ["Subject", detail.subject ?? "-"],
    ["Message-ID", detail.internetMessageId ?? "-"],
    ["Failed at", `${localTime(detail.failedAt)}, after ${detail.attempts} tries`],
    ["Step", detail.step],
    ["Error", detail.error],
  ];
  const written = detail.effects.map(({ kind, status, doubtfulAt, receipt }) => {
    const state = status === "done" ? "done" : doubtfulAt === null ? "pending" : "in doubt";
    return `  ${state.padEnd(8)}  ${kind}${receipt === null ? "" : `  ${JSON.stringify(receipt)}`}`;
  });
  return [
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(12)}${value}`),
    ...(written.length === 0 ? [] : ["Written so far; a retry goes on after it:", ...written]),
  ];
}
