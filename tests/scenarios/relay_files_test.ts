import assert from "node:assert/strict";
import type { RichText } from "../../src/core/jira.ts";
import type { SimAttachment } from "../../src/sim/jira/mod.ts";
import { GRACE, relayed, relaying, withIssue } from "./relay.ts";
import { answering, mail, onBoth, type Scenario, SUPPORT } from "./world.ts";

const ON = relaying("public");
const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ),
  (char) => char.charCodeAt(0),
);

/** A comment that shows these attachments, as Jira's editor writes it. */
function showing(scenario: Scenario, words: string, ...files: SimAttachment[]): RichText {
  if (scenario.world.kind === "server") {
    const shown = files.map(({ filename, mimeType }) =>
      mimeType.startsWith("image/") ? `!${filename}!` : `[^${filename}]`
    );
    return { format: "wiki", content: `${words}\n\n${shown.join("\n")}` };
  }
  return {
    format: "adf",
    content: {
      type: "doc",
      version: 1,
      content: [
        { type: "paragraph", content: [{ type: "text", text: words }] },
        ...files.map(({ mediaId, filename }) => ({
          type: "mediaSingle",
          attrs: { layout: "center" },
          content: [{ type: "media", attrs: { type: "file", id: mediaId, collection: "", alt: filename } }],
        })),
      ],
    },
  };
}

onBoth("a picture of a comment is shown in the mail, and a file comes along", ON, async (scenario) => {
  const issue = await withIssue(scenario);
  const { store } = scenario.world;
  const author = store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE }).accountId;
  const picture = store.attach(issue, { filename: "screen.png", bytes: PNG, mimeType: "image/png", author });
  const bytes = new TextEncoder().encode("step 1");
  const file = store.attach(issue, { filename: "how to.txt", bytes, mimeType: "text/plain", author });
  store.attach(issue, { filename: "internal.txt", bytes, mimeType: "text/plain", author });
  store.commentAs(GRACE, issue, showing(scenario, "Look:", picture, file));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const [sent] = relayed(scenario);
  const inline = sent!.attachments.find(({ isInline }) => isInline);
  assert.deepEqual(inline?.bytes, PNG);
  assert.ok(sent!.body.content.includes(`src="cid:${inline!.contentId}"`), sent!.body.content);
  assert.deepEqual(sent!.attachments.map(({ name }) => name).sort(), ["how to.txt", "screen.png"]);
});

onBoth(
  "a file of more than 3 MB goes through an upload session, one that is too large is named",
  ON,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store, graph } = scenario.world;
    store.uploadLimit = 100 * 1024 * 1024;
    const author = store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE }).accountId;
    const large = new Uint8Array(5 * 1024 * 1024).map((_, i) => i % 251);
    const file = store.attach(issue, {
      filename: "large.bin",
      bytes: large,
      mimeType: "application/octet-stream",
      author,
    });
    const huge = store.attach(issue, {
      filename: "huge.bin",
      bytes: new Uint8Array(19 * 1024 * 1024),
      mimeType: "application/octet-stream",
      author,
    });
    store.commentAs(GRACE, issue, showing(scenario, "Look:", file, huge));
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    const [sent] = relayed(scenario);
    assert.deepEqual(sent!.attachments.map(({ name, bytes }) => [name, bytes.length]), [["large.bin", large.length]]);
    assert.match(sent!.body.content, /huge\.bin – too large to be sent by mail/);
    assert.ok(graph.journal.find("POST", /createUploadSession$/).length > 0);
  },
);

onBoth("what came by mail is named in the answer and not sent back", ON, async (scenario) => {
  const issue = await withIssue(scenario, {
    attachments: [{ name: "broken.png", type: "image/png", content: PNG }],
  });
  const [attachment] = issue.attachments;
  scenario.world.store.commentAs(GRACE, issue, showing(scenario, "In your picture", attachment!));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const [sent] = relayed(scenario);
  assert.equal(sent!.attachments.length, 0);
  assert.match(sent!.body.content, /\[broken\.png\]/);
});

onBoth(
  "a picture that was mailed from Jira is not attached again when an answer brings it back",
  ON,
  async (scenario) => {
    const issue = await withIssue(scenario);
    const { store, graph } = scenario.world;
    const author = store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE }).accountId;
    const picture = store.attach(issue, { filename: "screen.png", bytes: PNG, mimeType: "image/png", author });
    store.commentAs(GRACE, issue, showing(scenario, "Look:", picture));
    await scenario.once();
    const [sent] = relayed(scenario);
    await graph.deliver(
      SUPPORT,
      mail({
        subject: "Re: Printer jams",
        html: `<p>I see.</p><div id="divRplyFwdMsg"><b>From:</b> Support</div><img src="cid:image001.png@01DA">`,
        headers: answering(sent!.internetMessageId),
        attachments: [
          { name: "image001.png", type: "image/png", content: PNG, contentId: "image001.png@01DA" },
          { name: "new.txt", type: "text/plain", content: "new" },
        ],
      }),
    );
    assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
    assert.deepEqual(issue.attachments.map(({ filename }) => filename), ["screen.png", "new.txt"]);
    assert.equal(issue.comments.length, 2);
    assert.doesNotMatch(scenario.comments(issue)[1]!, /image001/);
  },
);
