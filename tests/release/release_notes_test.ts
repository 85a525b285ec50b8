import assert from "node:assert/strict";
import { releaseNotes } from "../../tools/release_notes.ts";

const CHANGELOG =
  "# Changelog\n\n## Unreleased\n\n- later\n\n## [1.2.0] - 2026-03-01\r\n\n### Added\n\n- a\n\n## 1.2.0-rc.1\n\n- b\n\n## 1.1.0\n";

Deno.test("the notes of a release are the changelog's words about that version alone", () => {
  assert.match(releaseNotes("v1.2.0", "1.2.0", CHANGELOG), /^### Added\n\n- a\n\nSHA256SUMS holds the sums/);
  assert.match(releaseNotes("v1.2.0-rc.1", "1.2.0-rc.1", CHANGELOG), /^- b\n/);
});

Deno.test("a tag of another version, and a version about which nothing is told, are refused", () => {
  assert.throws(
    () => releaseNotes("v1.2.1", "1.2.0", CHANGELOG),
    /The tag is v1\.2\.1, and the version in deno\.json is 1\.2\.0/,
  );
  assert.throws(() => releaseNotes("v1.1.0", "1.1.0", CHANGELOG), /tells nothing under "## 1\.1\.0"/);
  assert.throws(() => releaseNotes("v1.2", "1.2", CHANGELOG), /tells nothing/);
});
