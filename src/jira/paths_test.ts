import assert from "node:assert/strict";
import { idSegment, isIssue, isProject, issueSegment, projectSegment } from "./paths.ts";

Deno.test("issueSegment() lets keys and ids into a path and nothing else", () => {
  assert.equal(issueSegment("SUP-12"), "SUP-12");
  assert.equal(issueSegment("A_1-7"), "A_1-7");
  assert.equal(issueSegment("10001"), "10001");
  for (const bad of ["", "../../x?y=1", "SUP-12/comment", "sup-12", "SUP-", "SUP-1 ", "SUP-1\n", "%2e%2e"]) {
    assert.equal(isIssue(bad), false, bad);
    assert.throws(() => issueSegment(bad), RangeError);
  }
});

Deno.test("projectSegment() and idSegment() refuse what could leave their place in the path", () => {
  assert.equal(projectSegment("SUP"), "SUP");
  assert.equal(idSegment("7"), "7");
  for (const bad of ["", "..", "SUP/..", 'SUP" OR project = "X', "my board"]) {
    assert.equal(isProject(bad), false, bad);
    assert.throws(() => projectSegment(bad), RangeError);
    assert.throws(() => idSegment(bad), RangeError);
  }
});
