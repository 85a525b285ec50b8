import assert from "node:assert/strict";
import { join } from "node:path";
import { GRACE, recipientsOf, relayed, relaying, withIssue } from "./relay.ts";
import { on, type Scenario, SUPPORT } from "./world.ts";

const MAIN = join(import.meta.dirname!, "../../main.ts");
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (char) => char.charCodeAt(0),
);

/** A request of a relay at which the program is killed, before it is executed or after. */
type Moment = readonly [service: "graph" | "jira", method: string, path: RegExp, executed: boolean];

/** A start of the program takes seconds: what matters is the same on both, and is tried once on one of them at least. */
const MOMENTS: Readonly<Record<"cloud" | "server", readonly Moment[]>> = {
  cloud: [
    ["jira", "POST", /\/search\/jql$/, true],
    ["graph", "POST", /\/createReply$/, true],
    ["graph", "POST", /\/attachments$/, true],
    ["graph", "POST", /\/send$/, false],
    ["graph", "POST", /\/send$/, true],
  ],
  server: [
    ["jira", "GET", /\/comment\/\d+$/, true],
    ["graph", "POST", /\/createReply$/, false],
    ["graph", "GET", /\/attachments$/, true],
    ["graph", "POST", /\/send$/, true],
  ],
};

for (const kind of ["cloud", "server"] as const) {
  on(
    kind,
    `a comment is mailed exactly once with its picture, though the program is killed at its requests (${kind})`,
    relaying("public", { RECONCILE_DELAY_SECONDS: "1" }),
    async (scenario) => {
      const { store, graph } = scenario.world;
      const issue = await withIssue(scenario);
      const author = store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE }).accountId;
      let number = 0;
      for (const moment of MOMENTS[kind]) {
        number++;
        const name = `picture-${number}.png`;
        const { mediaId } = store.attach(issue, { filename: name, bytes: PNG, mimeType: "image/png", author });
        store.commentAs(
          GRACE,
          issue,
          kind === "server" ? `Number ${number} !${name}!` : {
            format: "adf",
            content: {
              type: "doc",
              version: 1,
              content: [
                { type: "paragraph", content: [{ type: "text", text: `Number ${number}` }] },
                {
                  type: "mediaSingle",
                  attrs: { layout: "center" },
                  content: [{ type: "media", attrs: { type: "file", id: mediaId, collection: "", alt: name } }],
                },
              ],
            },
          },
        );
        await killedAt(scenario, moment);
        assert.equal(await scenario.once(), 0, `${number}: ${scenario.logs.slice(-10).join("\n")}`);
      }
      const sent = relayed(scenario).map(({ body }) => Number(/Number (\d+)/.exec(body.content)?.[1]));
      assert.deepEqual(sent, Array.from({ length: number }, (_, i) => i + 1));
      for (const mail of relayed(scenario)) {
        assert.equal(mail.attachments.length, 1);
        assert.deepEqual(recipientsOf(mail), ["ada@customer.example"]);
      }
      assert.equal(graph.messages(SUPPORT, "drafts").length, 0);
    },
  );
}

/** Runs the program as a process of its own and kills it at this request. */
async function killedAt(
  { world, env, folder }: Scenario,
  [service, method, path, executed]: Moment,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "handle-incoming-events", "--once"],
    cwd: folder,
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hit = false;
  world[service].faults.chance = (asked, at) => {
    if (hit || asked !== method || !path.test(at)) return null;
    hit = true;
    if (!executed) child.kill("SIGKILL");
    return executed ? { kind: "closeAfter", executed: () => child.kill("SIGKILL") } : { kind: "closeBefore" };
  };
  await child.status;
  world[service].faults.chance = null;
  assert.ok(hit, `the program made no request ${method} ${path}`);
}
