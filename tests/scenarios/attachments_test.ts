import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ENCRYPTED, SIGNED } from "../../src/mime/smime_for_test.ts";
import { writeTnef } from "../../src/mime/tnef_for_test.ts";
import { answering, mail, onBoth, type Scenario, SUPPORT } from "./world.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const LOGO = bytes("\x89PNG the logo of the customer");
const SHOT = bytes("\x89PNG a picture of the screen");
const picture = (name: string, contentId: string, content = LOGO) => ({ name, type: "image/png", content, contentId });
const written = { from: "Ada Lovelace <ada@customer.example>", subject: "Printer jams" };

/** Everything that the issue and its comments say, markup included. */
function said(scenario: Scenario): string {
  const issue = scenario.issue();
  return JSON.stringify([issue.description, ...issue.comments.map(({ body }) => body)]);
}

onBoth(
  "attached mails, events and contacts arrive as .eml, .ics and .vcf, each under its name",
  {},
  async (scenario) => {
    const inner =
      "From: eve@x.example\r\nSubject: Inside\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\ninner text\r\n" +
      "--i\r\nContent-Type: text/plain; name=deep.txt\r\nContent-Disposition: attachment\r\n\r\ndeep file\r\n--i--\r\n";
    await scenario.world.graph.deliver(SUPPORT, {
      ...written,
      text: "see",
      attachments: [{ name: "", contentType: "application/pdf", bytes: bytes("%PDF") }],
      attachedMails: [bytes(inner)],
      attachedItems: [
        { item: "event", name: "Review", value: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" },
        { item: "contact", name: "Eve", value: "BEGIN:VCARD\r\nEND:VCARD\r\n" },
      ],
    });
    assert.equal(await scenario.once(), 0);
    const files = scenario.attachments();
    assert.deepEqual(Object.keys(files).sort(), ["ATT00001.pdf", "Eve.vcf", "Inside.eml", "Review.ics"]);
    assert.equal(files["Inside.eml"], inner);
    assert.match(files["Review.ics"]!, /^BEGIN:VCALENDAR/);
  },
);

onBoth("a file in the cloud is a link with its name; without an address the issue says so", {}, async (scenario) => {
  const { graph } = scenario.world;
  const cloudFiles = [{ name: "Plan 2027.xlsx", url: "https://firm.sharepoint.example/plan?e=1" }];
  await graph.deliver(SUPPORT, { ...written, text: "see the plan", messageId: "<a@customer.example>", cloudFiles });
  assert.equal(await scenario.once(), 0);
  assert.match(said(scenario), /https:\/\/firm\.sharepoint\.example\/plan\?e=1/);
  assert.match(
    scenario.text(scenario.issue().description),
    /Not attached:.*Plan 2027\.xlsx.*– a file in OneDrive or SharePoint/,
  );
  graph.faults.add({ method: "GET", path: /^\/beta\//, action: { kind: "answer", status: 403, body: {} } });
  await graph.deliver(SUPPORT, { ...written, text: "again", inReplyTo: "<a@customer.example>", cloudFiles });
  assert.equal(await scenario.once(), 0);
  assert.match(scenario.comments()[0]!, /Plan 2027\.xlsx.*the mailbox does not tell its address: open the mail/);
});

onBoth("a cloud file's address is taken from the text where Outlook wrote it", {}, async (scenario) => {
  const { graph } = scenario.world;
  graph.faults.add({ method: "GET", path: /^\/beta\//, action: { kind: "answer", status: 404, body: {} } });
  await graph.deliver(SUPPORT, {
    ...written,
    html:
      '<p>hi</p><div id="OwaReferenceAttachments"><a href="https://f.example/p?a=1&amp;b=2"><span>Plan.xlsx</span></a></div>',
    cloudFiles: [{ name: "Plan.xlsx", url: "https://unknown.example/" }],
  });
  assert.equal(await scenario.once(), 0);
  const note = JSON.stringify(scenario.issue().description).split("Not attached:")[1]!;
  assert.match(note, /https:\/\/f\.example\/p\?a=1&b=2/);
});

onBoth("winmail.dat is unpacked: its text and files are on the issue, it is not", {}, async (scenario) => {
  const tnef = writeTnef({
    properties: { 0x1013: bytes("<p>The <b>text</b> within</p>"), 0x3fde: 65001 },
    files: [{ title: "OFFER~1.DOC", data: bytes("doc"), properties: { 0x3707: "Offer 2027.doc" } }],
  });
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ text: "", attachments: [{ name: "winmail.dat", type: "application/ms-tnef", content: tnef }] }),
  );
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(scenario.attachments(), { "Offer 2027.doc": "doc" });
  assert.match(scenario.text(scenario.issue().description), /The \*?text\*? within/);
});

onBoth("a damaged winmail.dat is attached as it is, and the issue says so", {}, async (scenario) => {
  const tnef = writeTnef({ files: [{ title: "a.doc", data: bytes("doc") }] }).slice(0, -4);
  await scenario.world.graph.deliver(
    SUPPORT,
    mail({ attachments: [{ name: "winmail.dat", type: "application/ms-tnef", content: tnef }] }),
  );
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(scenario.issue().attachments.map(({ filename, bytes }) => [filename, bytes]), [[
    "winmail.dat",
    tnef,
  ]]);
  assert.match(scenario.text(scenario.issue().description), /winmail\.dat is damaged/);
});

const smime = (object: Uint8Array, headers: Record<string, string> = {}) => {
  const [head] = mail({ headers }).split("\r\nContent-Type:");
  return `${head}\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n${
    Buffer.from(object).toString("base64").replaceAll(/.{76}/g, "$&\r\n")
  }\r\n`;
};

onBoth("a signed mail shows its text and files; a reply in it is a comment", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example" }));
  await graph.deliver(SUPPORT, smime(SIGNED, answering("<first@customer.example>")));
  assert.equal(await scenario.once(), 0);
  assert.match(scenario.comments()[0]!, /The signed text\..*signed \(S\/MIME\)/s);
  assert.deepEqual(scenario.attachments(), { "inside.txt": "signed file" });
});

onBoth("an encrypted mail becomes an issue that says so, with the encrypted mail attached", {}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, smime(ENCRYPTED));
  assert.equal(await scenario.once(), 0);
  assert.match(scenario.text(scenario.issue().description), /encrypted \(S\/MIME\)/);
  assert.deepEqual(scenario.issue().attachments.map(({ filename, bytes }) => [filename, bytes]), [[
    "smime.p7m",
    ENCRYPTED,
  ]]);
});

onBoth("what is skipped is named with its reason: by name, by type, by size, empty", {
  env: { ATTACHMENT_SKIP: "*.exe, video/*, *.eml", ATTACHMENT_MAX_MB: "0.1" },
}, async (scenario) => {
  await scenario.world.graph.deliver(SUPPORT, {
    ...written,
    text: "see",
    attachments: [
      { name: "setup.EXE", bytes: bytes("MZ") },
      { name: "clip", contentType: "video/mp4", bytes: bytes("mp4") },
      { name: "large.bin", bytes: new Uint8Array(400_000) },
      { name: "nearly.bin", bytes: new Uint8Array(110_000) },
      { name: "empty.txt", contentType: "text/plain", bytes: new Uint8Array() },
      { name: "fine.txt", contentType: "text/plain", bytes: bytes("fine") },
    ],
    attachedMails: [bytes("Subject: Inner\r\n\r\nx")],
  });
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(Object.keys(scenario.attachments()), ["fine.txt"]);
  const text = [scenario.text(scenario.issue().description), ...scenario.comments()].join("\n");
  assert.match(text, /setup\.EXE – excluded by ATTACHMENT_SKIP \(\\?\*\.exe\)/);
  assert.match(text, /clip – excluded by ATTACHMENT_SKIP \(video\/\\?\*\)/);
  assert.match(text, /Inner\.eml – excluded by ATTACHMENT_SKIP \(\\?\*\.eml\)/);
  assert.match(
    text,
    /large\.bin – it is larger than the limit of 102 KB \(391 KB\)/,
  );
  assert.match(text, /nearly\.bin – it is larger than the limit of 102/);
  assert.match(text, /empty\.txt – it is empty/);
});

onBoth("the same picture is attached once: a reply shows the first one's", {}, async (scenario) => {
  const { graph } = scenario.world;
  await graph.deliver(
    SUPPORT,
    mail({
      id: "p1@customer.example",
      html: '<p>Look</p><img src="cid:logo"><p>and</p><img src="cid:logo-again">',
      attachments: [picture("image001.png", "logo"), picture("image002.png", "logo-again")],
    }),
  );
  assert.equal(await scenario.once(), 0);
  assert.deepEqual(scenario.issue().attachments.map(({ filename }) => filename), ["image001.png"]);
  assert.doesNotMatch(said(scenario), /\[picture /);
  await graph.deliver(
    SUPPORT,
    mail({
      html: '<p>New</p><img src="cid:shot"><p>Ada</p><img src="cid:logo2">',
      headers: answering("<p1@customer.example>"),
      attachments: [picture("image001.png", "logo2"), picture("image003.png", "shot", SHOT)],
    }),
  );
  assert.equal(await scenario.once(), 0);
  const issue = scenario.issue();
  assert.deepEqual(issue.attachments.map(({ filename }) => filename), ["image001.png", "image003.png"]);
  const shown = JSON.stringify(issue.comments[0]!.body);
  const pictures = scenario.world.kind === "cloud"
    ? shown.match(/"mediaSingle"/g)
    : shown.match(/!image00[13]\.png[^!]*!/g);
  assert.equal(pictures?.length, 2, shown);
});

onBoth(
  "a picture that somebody deleted from the issue is attached again; one sent as a file always is",
  {},
  async (scenario) => {
    const { graph } = scenario.world;
    const reply = (attachments: Parameters<typeof mail>[0] & object) =>
      graph.deliver(
        SUPPORT,
        mail({ html: '<p>x</p><img src="cid:logo">', headers: answering("<d1@customer.example>"), ...attachments }),
      );
    await graph.deliver(
      SUPPORT,
      mail({ id: "d1@customer.example", html: '<img src="cid:logo">', attachments: [picture("logo.png", "logo")] }),
    );
    assert.equal(await scenario.once(), 0);
    const issue = scenario.issue();
    scenario.world.store.deleteAttachment(issue.attachments[0]!.id);
    await reply({ attachments: [picture("logo.png", "logo")] });
    assert.equal(await scenario.once(), 0);
    assert.equal(scenario.issue().attachments.length, 1);
    await reply({ html: "<p>as a file</p>", attachments: [{ name: "logo.png", type: "image/png", content: LOGO }] });
    assert.equal(await scenario.once(), 0);
    assert.equal(scenario.issue().attachments.length, 2);
  },
);

onBoth(
  "an upload whose answer is lost is found, and its picture is still known for the next reply",
  {},
  async (scenario) => {
    const { graph, jira } = scenario.world;
    jira.faults.add({ method: "POST", path: /\/attachments$/, action: { kind: "closeAfter" } });
    await graph.deliver(
      SUPPORT,
      mail({ id: "l1@customer.example", html: '<img src="cid:logo">', attachments: [picture("logo.png", "logo")] }),
    );
    assert.equal(await scenario.once(), 0);
    await graph.deliver(
      SUPPORT,
      mail({
        html: '<p>again</p><img src="cid:logo">',
        headers: answering("<l1@customer.example>"),
        attachments: [picture("logo.png", "logo")],
      }),
    );
    assert.equal(await scenario.once(), 0);
    assert.equal(scenario.issue().attachments.length, 1);
    assert.equal(scenario.issue().comments.length, 1);
  },
);

onBoth(
  "a picture written into the text as data is attached once, too, and one by its location is shown",
  {},
  async (scenario) => {
    const { graph } = scenario.world;
    const data = `<img src="data:image/png;base64,${Buffer.from(LOGO).toString("base64")}">`;
    await graph.deliver(SUPPORT, mail({ id: "u1@customer.example", html: `<p>one</p>${data}` }));
    assert.equal(await scenario.once(), 0);
    await graph.deliver(SUPPORT, mail({ html: `<p>two</p>${data}`, headers: answering("<u1@customer.example>") }));
    const head = mail({ headers: answering("<u1@customer.example>") }).split("\r\nContent-Type:")[0]!;
    await graph.deliver(
      SUPPORT,
      `${head}\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<p>three</p><img src="pics/shot.png">\r\n` +
        `--r\r\nContent-Type: image/png; name=shot.png\r\nContent-Location: pics/shot.png\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
        `${Buffer.from(SHOT).toString("base64")}\r\n--r--\r\n`,
    );
    assert.equal(await scenario.once(), 0);
    const issue = scenario.issue();
    assert.deepEqual(issue.attachments.map(({ filename }) => filename), ["picture-p1.png", "shot.png"]);
    const shown = issue.comments.map(({ body }) => JSON.stringify(body));
    const picture = scenario.world.kind === "cloud" ? /"mediaSingle"/ : /!(?:picture-p1|shot)\.png/;
    assert.deepEqual(shown.map((text) => picture.test(text)), [true, true]);
  },
);

onBoth(
  "a mail with the same picture many times, whose upload is refused once, ends with one file",
  {},
  async (scenario) => {
    const { graph, jira } = scenario.world;
    jira.faults.add({ method: "POST", path: /\/attachments$/, action: { kind: "answer", status: 503, body: "" } });
    const ids = ["a", "b", "c", "d"];
    await graph.deliver(
      SUPPORT,
      mail({
        html: ids.map((id) => `<p>${id}</p><img src="cid:${id}">`).join(""),
        attachments: ids.map((id) => picture(`image00${id}.png`, id)),
      }),
    );
    assert.equal(await scenario.once(), 0);
    const issue = scenario.issue();
    assert.equal(issue.attachments.length, 1);
    const text = JSON.stringify(issue.description);
    const shown = scenario.world.kind === "cloud" ? text.match(/"mediaSingle"/g) : text.match(/!image00a\.png/g);
    assert.equal(shown?.length, 4, text);
  },
);
