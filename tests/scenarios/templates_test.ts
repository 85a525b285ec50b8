/** `TEMPLATES_DIR`: one's own texts around the mail and in the acknowledgement. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { examineConfiguration } from "../../src/app/doctor/configuration.ts";
import { systemEnvironment } from "../../src/config/system_environment.ts";
import { answering, mail, on, onBoth, type Scenario, SUPPORT } from "./world.ts";

const OWN = { env: { TEMPLATES_DIR: "templates" } };

async function write(scenario: Scenario, files: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(join(scenario.folder, "templates"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(scenario.folder, "templates", name), text);
  }
}

onBoth("templates shape issue, comment and acknowledgement", OWN, async (scenario) => {
  await write(scenario, {
    "issue.html": "<h3>Mail to {{mailbox}}</h3>{{text}}<hr><p>Sent by {{from}}</p>",
    "comment.html": "<p>{{from.address}} answered:</p>{{text}}",
    "acknowledgement.html": '<p>Dear {{name}}, <a href="{{url}}">{{key}}</a>: {{subject}}</p>',
    "README.md": "not a template",
  });
  const { graph } = scenario.world;
  await graph.deliver(SUPPORT, mail({ id: "first@customer.example", subject: "A <b> {{key}}", text: "It jams." }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const said = scenario.text(scenario.issue().description);
  assert.match(said, /^(?:h3\. )?Mail to[^]*support@example\.com[^]*It jams\.[^]*Sent by/);
  assert.doesNotMatch(said, /From:/);
  const body = graph.outbox.find(({ by }) => by === "client")!.body.content;
  assert.match(
    body,
    new RegExp(`browse/${scenario.issue().key}">${scenario.issue().key}</a>: A &lt;b&gt; \\{\\{key\\}\\}`),
  );
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Re: A", headers: answering("<first@customer.example>"), text: "Still jams." }),
  );
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  assert.match(scenario.comments()[0]!, /ada@customer\.example[^]* answered:[^]*Still jams\./);
});

on("cloud", "an acknowledgement with a text template alone leaves as plain text", OWN, async (scenario) => {
  await write(scenario, { "acknowledgement.txt": "{{key}} & {{subject}}\n{{url}}\n" });
  await scenario.world.graph.deliver(SUPPORT, mail({ subject: "A <b>" }));
  assert.equal(await scenario.once(), 0, scenario.logs.join("\n"));
  const { body } = scenario.world.graph.outbox.find(({ by }) => by === "client")!;
  assert.equal(body.contentType.toLowerCase(), "text");
  assert.match(body.content, /^[A-Z]+-\d+ & A <b>\nhttps?:/);
});

on("cloud", "templates that cannot be used are exit 2, every problem at once, before anything is asked", OWN, async (
  scenario,
) => {
  await write(scenario, {
    "issue.html": "<p>{{form}}</p>{{text}}",
    "comment.html": "no text",
    "acknowledgment.html": "{{key}}",
  });
  await Deno.mkdir(join(scenario.folder, "templates", "acknowledgement.txt"));
  for (
    const command of [() => scenario.once(), () => scenario.dryRun(), async () => (await scenario.check()).exitCode]
  ) {
    const { code, text } = await scenario.ended(command);
    assert.equal(code, 2, text);
    assert.match(text, /TEMPLATES_DIR: "issue\.html" cannot be used: line 1: there is no variable "form"; known are/);
    assert.match(text, /"comment\.html" cannot be used: \{\{text\}\} must stand in it/);
    assert.match(text, /"acknowledgment\.html" is the name of no template; they are issue\.html/);
    assert.match(text, /cannot read "acknowledgement\.txt": it is a folder/);
  }
  const { world: { jira } } = scenario;
  assert.deepEqual(jira.journal.entries.filter(({ method }) => method !== "GET"), []);
});

on("cloud", "a folder of templates that is not there is exit 2 and told by doctor", OWN, async (scenario) => {
  const { code, text } = await scenario.ended(() => scenario.once());
  assert.equal(code, 2);
  assert.match(text, /TEMPLATES_DIR: cannot read the folder ".*templates": it is not there/);
  const environment = { ...systemEnvironment(), env: scenario.env, workingDirectory: scenario.folder };
  const { checks, jira } = examineConfiguration({}, { ...environment, executableDirectory: null });
  const found = checks.find(({ about }) => about === "TEMPLATES_DIR");
  assert.match(found?.detail ?? JSON.stringify(checks), /TEMPLATES_DIR: cannot read the folder/);
  assert.notEqual(jira, null);
});
