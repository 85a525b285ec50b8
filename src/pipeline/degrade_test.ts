import assert from "node:assert/strict";
import { HttpError } from "../core/errors.ts";
import { degradeIssue, degradeText, limitIn } from "./degrade.ts";

const draft = {
  project: "SUP",
  issueType: "Task",
  summary: "x",
  reporter: { id: "ada", displayName: "Ada" },
  labels: ["support"],
  priority: "High",
  fields: { components: [{ name: "Mail" }], customfield_1: "x" },
  idempotencyKey: "k",
};
const text = { limit: null, plain: false };

function refused(fieldErrors: Record<string, string>, vendorMessage = "", status = 400): HttpError {
  return new HttpError({
    destination: "jira",
    method: "POST",
    path: "/issue",
    status,
    code: "",
    vendorMessage,
    fieldErrors,
  });
}

Deno.test("degradeIssue() drops the field that Jira refused, and says so", () => {
  const byReporter = degradeIssue(draft, text, refused({ reporter: "Field 'reporter' cannot be set." }));
  assert.equal(byReporter?.draft.reporter, null);
  assert.match(byReporter?.note ?? "", /reporter: Field 'reporter' cannot be set/);
  assert.equal(degradeIssue(draft, text, refused({ priority: "is invalid" }))?.draft.priority, null);
  assert.deepEqual(degradeIssue(draft, text, refused({ labels: "no" }))?.draft.labels, []);
  assert.deepEqual(degradeIssue(draft, text, refused({ components: "no" }))?.draft.fields, { customfield_1: "x" });
});

Deno.test("degradeIssue() shortens a text that is too long to the limit that Jira told", () => {
  const words = "The entered text is too long. It exceeds the allowed limit of 10,000 characters.";
  assert.deepEqual(degradeIssue(draft, text, refused({ description: words }))?.text, { limit: 9_500, plain: false });
});

Deno.test("degradeIssue() writes a refused document as plain text, then shorter, then gives up", () => {
  let now: typeof text | { limit: number | null; plain: boolean } = text;
  let steps = 0;
  for (;; steps++) {
    const next = degradeIssue(draft, now, refused({}, "INVALID_INPUT"));
    if (next === null) break;
    now = next.text;
    assert.equal(now.plain, true);
  }
  assert.ok(steps > 1 && steps < 20);
});

Deno.test("degradeIssue() drops nothing for what is not about a field, or not a refusal", () => {
  assert.equal(degradeIssue(draft, text, refused({ project: "project is required" })), null);
  assert.equal(degradeIssue(draft, text, refused({ reporter: "x" }, "", 500)), null);
  assert.equal(degradeIssue(draft, text, new Error("x")), null);
});

Deno.test("degradeText() knows a comment that is too long on Cloud and on Server", () => {
  assert.ok(
    degradeText(
      text,
      refused({ comment: "The entered text is too long. It exceeds the allowed limit of 32,767 characters." }),
    ),
  );
  assert.ok(degradeText(text, refused({}, "CONTENT_LIMIT_EXCEEDED")));
  assert.equal(degradeText(text, refused({}, "you do not have the permission to comment on this issue.")), null);
});

Deno.test("limitIn() reads the number in any language's separators", () => {
  assert.equal(limitIn("limit of 32,767 characters"), 32_767);
  assert.equal(limitIn("Grenze von 32.767 Zeichen"), 32_767);
  assert.equal(limitIn("limite de 32\u202f767 caractères"), 32_767);
  assert.equal(limitIn("no number"), null);
});
