import assert from "node:assert/strict";
import { csvLine } from "./csv.ts";

Deno.test("csvLine() quotes every cell, keeps a row on one line, and leaves null empty", () => {
  assert.equal(
    csvLine(["a", 'say "hi", you', "two\r\nlines", null, -5]),
    '"a","say ""hi"", you","two lines","","-5"\r\n',
  );
});

Deno.test("a spreadsheet calculates nothing of what a stranger wrote, whatever separates its cells", () => {
  for (const sign of ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"]) {
    assert.equal(csvLine([`${sign}cmd|' /C calc'!A0`]), `"'${sign}cmd|' /C calc'!A0"\r\n`);
    assert.equal(csvLine([` ${sign}1`]), `"' ${sign}1"\r\n`);
    // Where a semicolon or a tabulator separates, what follows it is a cell of its own.
    assert.equal(csvLine([`<a;${sign}1@x>`]), `"<a;'${sign}1@x>"\r\n`);
    assert.equal(csvLine([`a\t${sign}1`]), `"a\t'${sign}1"\r\n`);
  }
  assert.equal(csvLine(["ada+jira@example.com", "2026-03-01"]), '"ada+jira@example.com","2026-03-01"\r\n');
});
