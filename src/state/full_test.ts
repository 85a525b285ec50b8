import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../core/clock.ts";
import { StateError } from "../core/errors.ts";
import { openForWriting } from "./database_file.ts";
import { BOX, inFolder, mail } from "./fixture.ts";
import { mailboxes } from "./mailboxes.ts";
import { settings } from "./settings.ts";
import { inWords } from "./sqlite_error.ts";

Deno.test("a full disk is said in words, loses nothing, and is over when there is space again", () =>
  inFolder(async (folder) => {
    const db = await openForWriting({ path: join(folder, "a.db"), clock: systemClock, busyTimeoutMs: 1000 });
    const box = mailboxes(db);
    await box.openMailbox(BOX, "2026-03-01T00:00:00Z");
    const { page_count } = db.get<{ page_count: number }>("PRAGMA page_count")!;
    db.exec(`PRAGMA max_page_count = ${page_count + 2}`);
    const messages = Array.from({ length: 200 }, (_, index) => mail(`${"x".repeat(200)}${index}`));
    const page = { mailbox: BOX, folder: "inbox" as const, messages, link: "next" };
    for (let attempt = 0; attempt < 3; attempt++) {
      await assert.rejects(box.accept(page), (error) => error instanceof StateError && error.kind === "full");
    }
    assert.equal((await box.cursor(BOX, "inbox")).link, null);
    assert.equal((await box.known(BOX, messages.map(({ id }) => id))).size, 0);
    db.exec("PRAGMA max_page_count = 100000");
    assert.equal(await box.accept(page), 200);
    await settings(db).setSetting("a", "b");
    db.close();
  }));

Deno.test("errors of SQLite become words for what can be done about them", () => {
  const sqliteError = (fields: object, message = "x") => Object.assign(new Error(message), fields);
  const kinds: readonly (readonly [unknown, string | null])[] = [
    [sqliteError({ errcode: 5 }), "busy"],
    [sqliteError({ errcode: 1032 }), "readonly"],
    [sqliteError({ errcode: 778 }), "full"],
    [sqliteError({ errcode: 4618 }), "full"],
    [sqliteError({ errcode: 13 }), "full"],
    [sqliteError({ errcode: 267 }), "corrupt"],
    [sqliteError({ errcode: 26 }), "foreign"],
    [sqliteError({ errcode: 275 }, "CHECK constraint failed"), null],
    [sqliteError({ code: "ERR_SQLITE_ERROR" }, "database is locked"), "busy"],
    [sqliteError({ code: "ERR_SQLITE_ERROR" }, "unable to open database file: /x"), "readonly"],
    [sqliteError({ code: "ERR_SQLITE_ERROR", name: "NotCapable" }, "Requires write access"), "readonly"],
    [new Deno.errors.PermissionDenied("x"), "readonly"],
    [new Error("database is locked"), null],
    ["database is locked", null],
  ];
  for (const [error, kind] of kinds) {
    const worded = inWords(error, "/a.db");
    assert.equal(worded instanceof StateError ? worded.kind : null, kind);
    if (kind === null) assert.equal(worded, error);
  }
});
