import { resolve } from "node:path";
import { EXIT } from "../app/exit_codes.ts";
import { backUp, check, exportMails, restore } from "../app/state_files.ts";
import type { Config } from "../config/config.ts";
import { openContext } from "./context.ts";
import { isOutputClosed, writeJson, writeLine } from "./output.ts";
import type { Session } from "./session.ts";
import { localTime } from "./times.ts";

/** `state backup <file>`. */
export async function runStateBackup(session: Session, file: string): Promise<number> {
  const config = open(session);
  const { deliveries, problems } = await backUp(config, file);
  writeLine(`Backed up ${config.databasePath} to ${resolve(file)}: ${mails(deliveries)}, no tokens.`);
  for (const problem of problems) writeLine(`In the backup: ${problem}.`);
  return problems.length === 0 ? EXIT.done : EXIT.unexpected;
}

/** `state restore <file>`. */
export async function runStateRestore(session: Session, file: string): Promise<number> {
  const config = open(session);
  const { madeAt, kept } = await restore(config, file);
  const of = madeAt === null ? "" : `, as it was at ${localTime(madeAt)}`;
  writeLine(`Restored ${config.databasePath} from ${resolve(file)}${of}.`);
  if (kept !== null) writeLine(`What was there before is kept: ${kept}`);
  writeLine(
    "The next handle-incoming-events or check-for-missing-events first looks in Jira and in the mailboxes for what was " +
      "written since then; before that it writes nothing.",
  );
  writeLine("Backups hold no tokens: a mailbox that was signed in to by a person needs: o365-connect authorize");
  return EXIT.done;
}

/** `state check`. */
export async function runStateCheck(session: Session, { json }: { json?: true | undefined }): Promise<number> {
  const config = open(session);
  const checked = await check(config);
  const { problems } = checked;
  const facts = "version" in checked ? { version: checked.version, mails: checked.deliveries } : null;
  if (json) {
    const unknown = { version: null, mails: null };
    writeJson({ ok: problems.length === 0, path: config.databasePath, ...(facts ?? unknown), problems });
  } else {
    if (facts !== null) writeLine(`${config.databasePath}: version ${facts.version}, ${mails(facts.mails)}.`);
    for (const problem of problems) writeLine(`${problem}.`);
    writeLine(
      problems.length === 0
        ? "Nothing is wrong with it."
        : "Stop what runs, keep a copy of the file, and restore the latest backup: o365-connect state restore <file>",
    );
  }
  return problems.length === 0 ? EXIT.done : EXIT.unexpected;
}

/** `state export`: one JSON document per line. */
export async function runStateExport(session: Session): Promise<number> {
  await exportMails(open(session), (mail) => {
    writeJson(mail);
    return !isOutputClosed();
  });
  return EXIT.done;
}

function open(session: Session): Config {
  return openContext(session, { needs: { graph: false, jira: false, state: true, mail: false } });
}

function mails(count: number): string {
  return `${count} ${count === 1 ? "mail" : "mails"}`;
}
