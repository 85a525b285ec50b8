import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { SUPPORT, withGraph } from "./testing.ts";

const picture = new Uint8Array([137, 80, 78, 71, 0, 255, 13, 10]);
const inner = new TextEncoder().encode("From: eve@x.org\r\nSubject: Inside\r\n\r\nThe inner text\r\n");

Deno.test("hasAttachments is false when all are inline; size is larger than the bytes", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      subject: "s",
      html: '<img src="cid:pic1">',
      attachments: [{ name: "image001.png", contentType: "image/png", bytes: picture, contentId: "pic1" }],
    });
    const message = await ask(`/users/${SUPPORT}/messages/${id}?$select=hasAttachments&$expand=attachments`);
    assert.equal(message.json.hasAttachments, false);
    const [attachment] = message.json.attachments;
    assert.equal(attachment["@odata.type"], "#microsoft.graph.fileAttachment");
    assert.deepEqual([attachment.isInline, attachment.contentId, attachment.name], [true, "pic1", "image001.png"]);
    assert.ok(attachment.size > picture.length);
    assert.deepEqual(new Uint8Array(Buffer.from(attachment.contentBytes, "base64")), picture);
  }));

Deno.test("an attachment list with $select needs the cast for properties of files", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      subject: "s",
      text: "t",
      attachments: [{ name: "Ärger.txt", contentType: "text/plain", bytes: picture }],
      attachedMails: [inner],
    });
    const list = (select: string) => ask(`/users/${SUPPORT}/messages/${id}/attachments?$select=${select}`);
    const { json } = await list("id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId");
    assert.deepEqual(json.value.map((each: { name: string }) => each.name), ["Ärger.txt", "Inside"]);
    assert.equal(json.value[0].contentId, null);
    assert.equal("contentBytes" in json.value[0], false);
    assert.deepEqual([json.value[1]["@odata.type"], json.value[1].contentType], [
      "#microsoft.graph.itemAttachment",
      null,
    ]);
    assert.equal("contentId" in json.value[1], false);
    assert.equal((await list("id,contentId")).status, 400);
  }));

Deno.test("$value gives a file's bytes with its type, an attached mail's MIME, and 405 for a reference", () =>
  withGraph(async ({ graph, ask, http, token }) => {
    const { id } = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      subject: "s",
      text: "t",
      attachments: [{ name: "a.png", contentType: "image/png", bytes: picture }],
      attachedMails: [inner],
    });
    const message = graph.mailbox(SUPPORT).message(id);
    message.attachments = [...message.attachments, {
      ...message.attachments[0]!,
      id: message.attachments[0]!.id.replace("AAMk", "AAMz"),
      kind: "reference",
    }];
    const [file, item, reference] = message.attachments;
    const base = `/users/${SUPPORT}/messages/${id}/attachments`;
    const raw = await fetch(`${graph.url}/v1.0${base}/${file!.id}/$value`, {
      client: http,
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(raw.headers.get("content-type"), "image/png");
    assert.deepEqual(new Uint8Array(await raw.arrayBuffer()), picture);
    assert.equal((await ask(`${base}/${item!.id}/$value`)).text, new TextDecoder().decode(inner));
    const expanded = await ask(`${base}/${item!.id}?$expand=microsoft.graph.itemattachment/item`);
    assert.equal(expanded.json.item.subject, "Inside");
    assert.match(expanded.json.item.body.content, /The inner text/);
    assert.equal((await ask(`${base}/${reference!.id}/$value`)).status, 405);
    assert.equal((await ask(`${base}/short`)).json.error.code, "ErrorInvalidIdMalformed");
  }));

Deno.test("an attached event and contact are items of their own kinds, their $value iCalendar and vCard", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      text: "t",
      attachedItems: [
        { item: "event", name: "Review", value: "BEGIN:VCALENDAR" },
        { item: "contact", name: "Eve", value: "BEGIN:VCARD" },
      ],
    });
    const base = `/users/${SUPPORT}/messages/${id}/attachments`;
    const { json } = await ask(base);
    const types = await Promise.all(json.value.map(async ({ id }: { id: string }) => [
      (await ask(`${base}/${id}?$expand=microsoft.graph.itemattachment/item`)).json.item["@odata.type"],
      (await ask(`${base}/${id}/$value`)).text,
    ]));
    assert.deepEqual(types, [["#microsoft.graph.event", "BEGIN:VCALENDAR"], [
      "#microsoft.graph.contact",
      "BEGIN:VCARD",
    ]]);
  }));

Deno.test("where a cloud file lies is told in beta only, and beta answers for attachments only", () =>
  withGraph(async ({ graph, ask }) => {
    const { id } = await graph.deliver(SUPPORT, {
      from: "a@x.org",
      text: "t",
      cloudFiles: [{ name: "Plan.xlsx", url: "https://x.sharepoint.example/plan" }],
    });
    const base = `/users/${SUPPORT}/messages/${id}/attachments`;
    const [link] = (await ask(base)).json.value;
    assert.deepEqual([link["@odata.type"], link.name, "sourceUrl" in link], [
      "#microsoft.graph.referenceAttachment",
      "Plan.xlsx",
      false,
    ]);
    const beta = await ask(`${graph.url}/beta${base}/${link.id}`);
    assert.equal(beta.json.sourceUrl, "https://x.sharepoint.example/plan");
    assert.equal((await ask(`${graph.url}/beta/users/${SUPPORT}/messages`)).status, 400);
  }));

Deno.test("an upload session takes chunks in order, without a token, and answers in Pascal case", () =>
  withGraph(async ({ graph, ask }) => {
    const draft = await ask(`/users/${SUPPORT}/messages`, { body: { subject: "big" } });
    const base = `/users/${SUPPORT}/messages/${draft.json.id}/attachments`;
    const session = await ask(`${base}/createUploadSession`, {
      body: { AttachmentItem: { attachmentType: "file", name: "big.bin", size: 10 } },
    });
    assert.equal(session.status, 201);
    assert.deepEqual(session.json.nextExpectedRanges, ["0-"]);
    const put = (range: string, bytes: number, token: string | null = null) =>
      ask(session.json.uploadUrl, {
        method: "PUT",
        body: new Uint8Array(bytes).fill(7),
        headers: { "content-range": `bytes ${range}/10`, "content-type": "application/octet-stream" },
        token,
      });
    assert.equal((await put("0-5", 6, "any.token.at-all")).status, 401);
    const first = await put("0-5", 6);
    assert.equal(first.status, 200);
    assert.deepEqual(first.json.NextExpectedRanges, ["6"]);
    assert.equal((await put("7-9", 3)).status, 416);
    const last = await put("6-9", 4);
    assert.deepEqual([last.status, last.text], [201, ""]);
    assert.match(last.headers.get("location")!, /Attachments\('[^']+'\)$/);
    const [stored] = graph.mailbox(SUPPORT).message(draft.json.id).attachments;
    assert.deepEqual([stored!.name, stored!.bytes.length], ["big.bin", 10]);
  }));

Deno.test("a file above 3 MB is refused in one request, and files go on drafts only", () =>
  withGraph(async ({ graph, ask }) => {
    const draft = await ask(`/users/${SUPPORT}/messages`, { body: { subject: "big" } });
    const file = (bytes: number) => ({
      "@odata.type": "#microsoft.graph.fileAttachment",
      name: "a.bin",
      contentBytes: Buffer.alloc(bytes).toString("base64"),
    });
    const base = (id: string) => `/users/${SUPPORT}/messages/${id}/attachments`;
    assert.equal((await ask(base(draft.json.id), { body: file(10) })).status, 201);
    assert.equal((await ask(base(draft.json.id), { body: file(3 * 1024 * 1024 + 1) })).status, 413);
    const mail = await graph.deliver(SUPPORT, { from: "a@x.org", subject: "s", text: "t" });
    assert.equal((await ask(base(mail.id), { body: file(10) })).status, 403);
  }));
