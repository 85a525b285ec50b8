import assert from "node:assert/strict";
import { tenantCommands } from "../../src/app/init/commands.ts";
import { document } from "../docs/documents.ts";

Deno.test("docs/setup.md shows the commands that init prints", async () => {
  const { text } = await document("docs/setup.md");
  const shown = /```powershell\n([^]*?)```/.exec(text)![1]!;
  const printed = tenantCommands({
    tenant: null,
    clientId: null,
    mailboxes: ["support@example.com"],
    authority: "https://login.microsoftonline.com",
    certificate: false,
    jiraUrl: null,
  });
  assert.equal(shown, `${printed.join("\n")}\n`);
});
