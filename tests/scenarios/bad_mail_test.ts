/** Odd, huge and hostile mail: an outcome each, nothing lost, and the next mail goes on. */

import assert from "node:assert/strict";
import { mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

async function handled(scenario: Scenario, raw: string): Promise<void> {
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, raw, { receivedAt: Date.now() - 5_000 });
  await graph.deliver(SUPPORT, mail({ subject: "the next mail" }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  scenario.issueOf("the next mail");
  assert.equal(scenario.issues().length, 2);
}

onBoth("a mail without subject is an issue named (no subject)", {}, async (scenario) => {
  await handled(scenario, mail({ without: ["Subject"] }));
  scenario.issueOf("(no subject)");
});

onBoth("a mail without sender is an issue that nobody is told of", {}, async (scenario) => {
  await handled(scenario, mail({ subject: "anonymous", without: ["From"] }));
  scenario.issueOf("anonymous");
  assert.deepEqual(scenario.acknowledged(), ["ada@customer.example"]);
});

onBoth("a mail without Message-ID is handled once", {}, async (scenario) => {
  await handled(scenario, mail({ subject: "no id", without: ["Message-ID"] }));
  assert.equal(await scenario.once(), 0);
  scenario.issueOf("no id");
});

onBoth("a mail without body is an issue", {}, async (scenario) => {
  await handled(scenario, mail({ subject: "empty", text: "" }));
  assert.match(scenario.text(scenario.issueOf("empty").description), /From:/);
});

on("cloud", "a mail without any header but its sender is an issue", {}, async (scenario) => {
  await handled(scenario, "From: ada@customer.example\r\n\r\nHello.\r\n");
  assert.match(scenario.text(scenario.issueOf("(no subject)").description), /Hello/);
});

onBoth("a subject of 2,000 characters over several lines becomes one line of at most 255", {}, async (scenario) => {
  await handled(scenario, mail({ subject: `${"long ".repeat(400)}\r\n folded` }));
  const issue = scenario.issues().find(({ summary }) => summary !== "the next mail")!;
  assert.ok(issue.summary.length <= 255 && issue.summary.startsWith("long long"), issue.summary);
  assert.doesNotMatch(issue.summary, /[\r\n]/);
});

onBoth("an HTML body of 5 MB is an issue with a text that fits, and the whole attached", {}, async (scenario) => {
  const row = `<tr><td>cell</td><td><b>bold</b> text &amp; ${"more of it ".repeat(50)}</td></tr>`;
  const html = `<html><body><table>${
    row.repeat(Math.ceil(5_000_000 / row.length))
  }</table><p>THE END</p></body></html>`;
  await handled(scenario, mail({ subject: "big", html }));
  const issue = scenario.issueOf("big");
  assert.ok(Object.values(scenario.attachments(issue)).some((text) => text.includes("THE END")));
  assert.match(scenario.text(issue.description), /cell/);
});

onBoth("200 recipients make one issue, and those who have a Jira account watch it", {}, async (scenario) => {
  const people = Array.from({ length: 200 }, (_, i) => `p${i}@customer.example`);
  const watching = [0, 7, 30].map((i) =>
    scenario.world.store.createUser({ displayName: `Person ${i}`, emailAddress: people[i]! }).accountId
  );
  await handled(
    scenario,
    mail({
      subject: "all hands",
      to: `${SUPPORT}, ${people.slice(0, 100).join(", ")}`,
      cc: people.slice(100).join(", "),
    }),
  );
  const { watchers } = scenario.issueOf("all hands");
  assert.deepEqual(watching.filter((id) => !watchers.has(id)), []);
  assert.deepEqual(scenario.acknowledged().length, 2);
});

onBoth("an attachment of zero bytes, one over the limit, and one with a hostile name", {}, async (scenario) => {
  scenario.world.store.uploadLimit = 1_000;
  await handled(
    scenario,
    mail({
      subject: "files",
      attachments: [
        { name: "empty.txt", content: "" },
        { name: "big.bin", content: "x".repeat(1_001) },
        { name: "fits.bin", content: "y".repeat(1_000) },
        { name: "../../etc/passwd", content: "root" },
        { name: "a\u202Etxt.exe", content: "mz" },
        { name: "same.txt", content: "one" },
        { name: "same.txt", content: "two" },
      ],
    }),
  );
  const issue = scenario.issueOf("files");
  const files = scenario.attachments(issue);
  const names = Object.keys(files);
  assert.equal(names.length, issue.attachments.length, "names are unique");
  assert.ok(names.every((name) => !/[/\\\u202E]/.test(name)), names.join());
  const contents = Object.values(files);
  for (const content of ["y".repeat(1_000), "root", "mz", "one", "two"]) assert.ok(contents.includes(content), content);
  assert.ok(!contents.some((content) => content.length > 1_000));
  const said = [scenario.text(issue.description), ...scenario.comments(issue)].join("\n");
  assert.match(said, /Not attached: big\.bin/);
  assert.ok("empty.txt" in files || /empty\.txt/.test(said));
});

onBoth("ATTACHMENT_MAX_MB and ATTACHMENT_SKIP leave out what is named in the issue", {
  env: { ATTACHMENT_MAX_MB: "0.001", ATTACHMENT_SKIP: "*.exe,image/gif" },
}, async (scenario) => {
  await handled(
    scenario,
    mail({
      subject: "files",
      attachments: [
        { name: "setup.EXE", content: "mz" },
        { name: "pixel.gif", type: "image/gif", content: "GIF89a" },
        { name: "big.bin", content: "x".repeat(5_000) },
        { name: "ok.txt", content: "ok" },
      ],
    }),
  );
  const issue = scenario.issueOf("files");
  assert.deepEqual(scenario.attachments(issue), { "ok.txt": "ok" });
  const said = [scenario.text(issue.description), ...scenario.comments(issue)].join("\n");
  for (const name of ["setup.EXE", "pixel.gif", "big.bin"]) assert.ok(said.includes(`Not attached: ${name}`), said);
});

onBoth("attachments that are switched off in Jira are named in the issue", {}, async (scenario) => {
  scenario.world.store.attachmentsEnabled = false;
  await handled(scenario, mail({ subject: "files", attachments: [{ name: "ok.txt", content: "ok" }] }));
  const issue = scenario.issueOf("files");
  assert.deepEqual(scenario.attachments(issue), {});
  assert.match([scenario.text(issue.description), ...scenario.comments(issue)].join("\n"), /Not attached: ok\.txt/);
});

on("cloud", "a hostile mail cannot mention, break out of its text, or load anything", {}, async (scenario) => {
  await handled(
    scenario,
    mail({
      subject: "{code} [~accountid:x] <b>",
      html:
        '<script>alert(1)</script><p onclick="x()">Hi <a href="javascript:alert(1)">there</a></p><img src="http://tracker.example/x.gif">',
    }),
  );
  const issue = scenario.issueOf("{code} [~accountid:x] <b>");
  const json = JSON.stringify(issue.description);
  for (const word of ["alert(1)", "javascript:", "onclick"]) assert.ok(!json.includes(word), word);
});
