import assert from "node:assert/strict";
import type { MailAttachment, MailBody } from "../core/mail.ts";
import { attachmentNotes, attachmentsOff, planAttachments, readableSize } from "./attachment_plan.ts";

const RULES = { maxBytes: null, skip: [] };
const TEXT: MailBody = { contentType: "text", content: "see" };

function attachment(facts: Partial<MailAttachment>): MailAttachment {
  return {
    id: "1",
    kind: "file",
    name: "",
    contentType: "application/pdf",
    size: 10,
    isInline: false,
    contentId: null,
    contentLocation: null,
    sourceUrl: null,
    ...facts,
  };
}

function plan(facts: Partial<MailAttachment>, rules = RULES as Parameters<typeof planAttachments>[2], body = TEXT) {
  return planAttachments({ attachments: [attachment(facts)], body }, [], rules, new Set());
}

Deno.test("what has no name is named by its type, an item by its kind", () => {
  const nameOf = (facts: Partial<MailAttachment>) => plan(facts).files[0]!.name;
  assert.equal(nameOf({}), "attachment.pdf");
  assert.equal(nameOf({ contentType: "IMAGE/JPEG; x=y" }), "attachment.jpg");
  assert.equal(nameOf({ kind: "item", contentType: "message/rfc822" }), "attached mail.eml");
  assert.equal(nameOf({ kind: "item", contentType: "text/calendar" }), "attached event.ics");
  assert.equal(nameOf({ kind: "item", contentType: "text/vcard", name: "Eve" }), "Eve.vcf");
  assert.equal(nameOf({ kind: "item", contentType: "message/rfc822", name: "Mail.EML" }), "Mail.EML");
});

Deno.test("a data URI is a picture with the extension of its type", () => {
  const picture = { id: "p1", attachmentId: null, alt: "", width: null, height: null };
  const data = { bytes: new Uint8Array([1]), contentType: "image/svg+xml" };
  const { files } = planAttachments({ attachments: [], body: TEXT }, [{ ...picture, data }], RULES, new Set());
  assert.deepEqual(files.map(({ source, name }) => [source, name]), [["data:p1", "picture-p1.svg"]]);
});

Deno.test("ATTACHMENT_SKIP matches names and types in any case, a type without its parameters", () => {
  const reason = (facts: Partial<MailAttachment>, ...skip: string[]) =>
    plan(facts, { maxBytes: null, skip }).skipped[0]?.reason;
  assert.equal(reason({ name: "Setup.EXE" }, "*.exe"), "excluded by ATTACHMENT_SKIP (*.exe)");
  assert.equal(reason({ name: "a.p7s", contentType: "x/y" }, "*.exe", "*.p7s"), "excluded by ATTACHMENT_SKIP (*.p7s)");
  assert.ok(reason({ name: "v", contentType: "Video/MP4; codecs=x" }, "video/*"));
  assert.ok(reason({ name: "", contentType: "application/pdf" }, "attachment.pdf"));
  assert.equal(reason({ name: "setup.exe.txt" }, "*.exe"), undefined);
  assert.equal(reason({ name: "a+b(1).txt" }, "a+b(1).txt"), "excluded by ATTACHMENT_SKIP (a+b(1).txt)");
});

Deno.test("a size far above the limit is told before anything is fetched, one that may be overhead is not", () => {
  const rules = { maxBytes: 10 * 1024 * 1024, skip: [] };
  assert.equal(
    plan({ name: "a", size: 20 * 1024 * 1024 }, rules).skipped[0]!.reason,
    "it is larger than the limit of 10 MB (20 MB)",
  );
  assert.equal(plan({ name: "a", size: 10.5 * 1024 * 1024 }, rules).files.length, 1);
  assert.deepEqual([100, 2048, 1_600_000, 333 * 1024 * 1024].map(readableSize), [
    "100 bytes",
    "2 KB",
    "1.5 MB",
    "333 MB",
  ]);
});

Deno.test("a cloud file leads where the mailbox tells, else where the text tells, and only by https", () => {
  const note = (facts: Partial<MailAttachment>, content = "") =>
    attachmentNotes(
      {},
      plan({ kind: "reference", name: "A & B.xlsx", ...facts }, RULES, { contentType: "html", content }).skipped,
    )[0];
  const href = (told: ReturnType<typeof note>) => typeof told === "object" ? told.href : null;
  assert.equal(href(note({ sourceUrl: "https://x.example/a" })), "https://x.example/a");
  assert.equal(
    href(note({}, '<a href="https://x.example/b?c=1&amp;d=2" x> <b>A &amp; B.xlsx</b> </a>')),
    "https://x.example/b?c=1&d=2",
  );
  for (const sourceUrl of ["http://x.example/a", "javascript:alert(1)", "https://", "file:///etc", null]) {
    assert.match(String(note({ sourceUrl })), /does not tell its address/);
  }
  assert.equal(href(note({}, '<a href="javascript:x">A &amp; B.xlsx</a><a href="https://x.example">other</a>')), null);
  // In time that grows with their length; with its square these would not end.
  assert.match(String(note({}, "<a ".repeat(300_000))), /does not tell its address/);
  assert.match(String(note({}, '<a href="x">'.repeat(100_000))), /does not tell its address/);
});

Deno.test("with attachments switched off in Jira, files are named and links stay links", () => {
  const attachments = [
    attachment({ id: "1", name: "" }),
    attachment({ id: "2", kind: "reference", name: "P", sourceUrl: "https://x.example" }),
  ];
  const { files, skipped } = attachmentsOff({ attachments, body: TEXT });
  assert.equal(files.length, 0);
  assert.deepEqual(skipped.map(({ name, reason, href }) => [name, reason, href]), [
    ["attachment.pdf", "attachments are switched off in Jira", undefined],
    ["P", "a file in OneDrive or SharePoint", "https://x.example"],
  ]);
});

Deno.test("what is said of a mail begins with how it came", () => {
  const { skipped } = plan({ name: "a.exe" }, { maxBytes: null, skip: ["*.exe"] });
  assert.deepEqual(attachmentNotes({ remarks: ["This mail is signed."] }, skipped), [
    "This mail is signed.",
    "Not attached: a.exe – excluded by ATTACHMENT_SKIP (*.exe)",
  ]);
});
