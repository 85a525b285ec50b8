import assert from "node:assert/strict";
import type { AdfNode, RichText } from "../core/jira.ts";
import { cutMarker, isBlank } from "./comment_marker.ts";

function adf(...content: AdfNode[]): RichText {
  return { format: "adf", content: { type: "doc", version: 1, content } };
}

const text = (value: string, bold = false): AdfNode => ({
  type: "text",
  text: value,
  ...(bold ? { marks: [{ type: "strong" }] } : {}),
});
const p = (...content: AdfNode[]): AdfNode => ({ type: "paragraph", content });

Deno.test("the marker is cut off, with what stands between it and the text", () => {
  for (const value of ["#reply Hello", "  #Reply: Hello", "#REPLY\nHello", "\\#reply Hello"]) {
    assert.deepEqual(cutMarker({ format: "wiki", content: value }, "#reply"), { format: "wiki", content: "Hello" });
  }
  assert.deepEqual(cutMarker(adf(p(text("#reply Hello"))), "#reply"), adf(p(text("Hello"))));
  assert.deepEqual(
    cutMarker(adf(p(text("#re", true), text("ply He"), text("llo", true))), "#reply"),
    adf(p(text("He"), text("llo", true))),
  );
  assert.deepEqual(cutMarker(adf(p(text("#reply")), p(text("Hello"))), "#reply"), adf(p(text("Hello"))));
  assert.deepEqual(
    cutMarker(adf(p(text("#reply"), { type: "hardBreak" }, text("Hello"))), "#reply"),
    adf(p(text("Hello"))),
  );
});

Deno.test("a marker elsewhere, or a longer word, is none", () => {
  for (const value of ["Hello #reply", "#replyall Hello", "reply Hello", "", "* #reply Hello"]) {
    assert.equal(cutMarker({ format: "wiki", content: value }, "#reply"), null, value);
  }
  assert.equal(cutMarker(adf(), "#reply"), null);
  assert.equal(cutMarker(adf({ type: "codeBlock", content: [text("#reply Hello")] }), "#reply"), null);
});

Deno.test("a comment that says nothing is blank, one with a picture is not", () => {
  assert.ok(isBlank({ format: "wiki", content: " \n " }));
  assert.ok(isBlank(adf(p(text(" ")))));
  assert.ok(!isBlank(adf({ type: "mediaSingle", content: [{ type: "media", attrs: { id: "x" } }] })));
});
