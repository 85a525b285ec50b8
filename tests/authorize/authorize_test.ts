import assert from "node:assert/strict";
import { ConfigError, CredentialsError, NetworkError } from "../../src/core/errors.ts";
import { authorize } from "../../src/app/authorize.ts";
import { httpFor } from "../../src/app/runtime.ts";
import { SIM_CLIENT } from "../../src/app/sim_world.ts";
import { OTHER, SECRET, SUPPORT, World } from "../doctor/world.ts";

/** What a run of `authorize` was told and told. */
interface Seen {
  readonly lines: string[];
  readonly code: number;
  text(): string;
}

interface RunOptions {
  readonly grantType?: string;
  /** Whether the configuration has the grant, too, as the command line sees to. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is pasted, from the consent URL; default: where a browser ends. */
  readonly paste?: (consentUrl: string) => Promise<string> | string;
  readonly onLine?: (line: string) => void;
}

async function run(world: World, { grantType, env = {}, paste, onLine }: RunOptions = {}): Promise<Seen> {
  const config = world.config(env, grantType === undefined ? {} : { O365_GRANT_TYPE: grantType });
  const lines: string[] = [];
  const code = await authorize(config, {
    grantType: grantType ?? null,
    ask: async () => await (paste ?? ((url) => browse(world, url)))(lines.find((line) => line.startsWith("https://"))!),
    write(line) {
      lines.push(line);
      onLine?.(line);
    },
    signal: AbortSignal.timeout(30_000),
  });
  return { lines, code, text: () => lines.join("\n") };
}

/** Opens the consent URL as a browser would, and returns the address it ends at. */
async function browse(world: World, url: string): Promise<string> {
  const http = httpFor(world.config());
  try {
    return (await http.send({ destination: "entra", method: "GET", url })).headers.get("location") ?? "";
  } finally {
    http.close();
  }
}

function refused(kind: typeof CredentialsError | typeof ConfigError, ...words: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof kind, String(error));
    for (const word of words) assert.match(error.message, word);
    assert.ok(!error.message.includes(SECRET));
    return true;
  };
}

const asked = (world: World) => world.entra.journal.find("POST", /\/token$/).length;

Deno.test("client credentials: a token is stored; it says for which mailbox and until when; then it is there", async () => {
  await using world = await World.open();
  const first = await run(world);
  assert.equal(first.code, 0);
  assert.match(first.text(), /^Authorized for support@example\.com until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\. /);
  const again = await run(world);
  assert.equal(again.lines[0], "Account already authorized.");
  assert.match(again.lines[1]!, /^Authorized for support@example\.com until/);
  assert.equal(asked(world), 1);
  assert.ok((await world.doctor()).check("token").ok);
  assert.equal(asked(world), 1, "the other commands find it");
});

Deno.test("what is stored is proved at the mailbox before it is called good", async () => {
  await using world = await World.open();
  await run(world);
  world.entra.expireAllTokens();
  const { lines } = await run(world);
  assert.match(lines[0]!, /^Authorized for/);
  assert.equal(asked(world), 2);
});

Deno.test("consent that was given after the stored token was issued counts at once", async () => {
  await using world = await World.open({ app: { applicationPermissions: [] } });
  await assert.rejects(
    run(world),
    refused(CredentialsError, /may not read support@example\.com/, /Grant admin consent/, /Mail\.ReadWrite/),
  );
  world.consent(["Mail.ReadWrite", "Mail.Send"]);
  assert.match((await run(world)).text(), /^Authorized for/);
});

Deno.test("a mistake in the set-up is told with what to click or set", async () => {
  await using world = await World.open();
  const env = (env: Record<string, string>) => run(world, { env });
  await assert.rejects(env({ O365_CLIENT_SECRET: "wrong~secret" }), refused(CredentialsError, /New client secret/));
  await assert.rejects(env({ O365_CLIENT_SECRET: "an-old-secret" }), refused(CredentialsError, /has expired/));
  await assert.rejects(env({ O365_TENANT_ID: "nowhere.example" }), refused(CredentialsError, /O365_TENANT_ID/));
  await assert.rejects(
    env({ O365_PRINCIPAL: "nobody@example.com" }),
    refused(ConfigError, /O365_PRINCIPAL: nobody@example\.com/),
  );
  await assert.rejects(env({ O365_ID_PROVIDER: "https://localhost:1" }), NetworkError);
});

Deno.test("a mailbox outside the app's access policy is named", async () => {
  await using world = await World.open({
    access: { accessPolicies: [{ appId: SIM_CLIENT, mailboxes: [OTHER] }] },
    env: { O365_PRINCIPAL: `${OTHER},${SUPPORT}` },
  });
  await assert.rejects(run(world), refused(CredentialsError, /may not read support@example\.com: /, /access policy/));
});

for (const grantType of ["authorization-code", "authorization"]) {
  Deno.test(`${grantType}: prints the consent URL and takes the pasted redirect URL`, async () => {
    await using world = await World.open();
    const seen = await run(world, { grantType });
    assert.match(seen.text(), /Authorized for support@example\.com until .* signed in as support@example\.com/);
    assert.match(seen.lines.at(-1)!, /O365_GRANT_TYPE=authorization-code/);
    const later = { O365_GRANT_TYPE: "authorization-code" };
    const again = await run(world, { env: later, paste: () => assert.fail("nothing is to be pasted") });
    assert.equal(again.lines[0], "Account already authorized.");
    assert.ok((await world.doctor(later)).check("mailbox-readable").ok);
  });
}

Deno.test("a redirect URL that is wrong, of another attempt, or tells of a refusal is not taken", async () => {
  await using world = await World.open();
  const paste = (paste: RunOptions["paste"]) => run(world, { grantType: "authorization-code", paste: paste! });
  await assert.rejects(paste(() => "hello"), refused(ConfigError, /redirect URL/, /must begin with/));
  const other = async (url: string) => (await browse(world, url)).replace(/state=[^&]*/, "state=other");
  await assert.rejects(paste(other), refused(ConfigError, /another attempt/));
  world.entra.signIn = "deny";
  await assert.rejects(paste((url) => browse(world, url)), refused(CredentialsError, /declined/, /authorize/));
});

Deno.test("device-code: shows the code and waits until somebody has entered it", async () => {
  await using world = await World.open();
  world.entra.deviceCodeInterval = 1;
  const seen = await run(world, {
    grantType: "device-code",
    onLine(line) {
      const code = /enter the code (\S+)/.exec(line)?.[1];
      if (code !== undefined) world.entra.approveDeviceCode(code, SUPPORT);
    },
  });
  assert.match(seen.lines[0]!, /microsoft\.com\/devicelogin and enter the code/);
  assert.match(seen.text(), /signed in as support@example\.com/);
});

Deno.test("a wrong account is refused in words, and the good sign-in stays", async () => {
  await using world = await World.open();
  const code = { grantType: "authorization-code" };
  await run(world, code);
  world.entra.signIn = OTHER;
  const env = { O365_PRINCIPAL: `${SUPPORT},${OTHER}` };
  await assert.rejects(
    run(world, { ...code, env }),
    refused(
      CredentialsError,
      /Signed in as other@example\.com, who may not read support@example\.com/,
      /own account/,
      /Delegation/,
    ),
  );
  assert.equal((await run(world, code)).lines[0], "Account already authorized.");
});

Deno.test("a sign-in that is over, or of another account than the mailbox's, is replaced by a new one", async () => {
  await using world = await World.open();
  const code = { grantType: "authorization-code" };
  await run(world, code);
  world.entra.refreshTokens.revokeAll();
  world.entra.expireAllTokens();
  const renewed = await run(world, code);
  assert.match(renewed.lines[0]!, /stored sign-in of support@example\.com is not good any more/);
  assert.match(renewed.text(), /Authorized for support@example\.com/);
  world.entra.signIn = OTHER;
  const moved = await run(world, { ...code, env: { O365_PRINCIPAL: OTHER } });
  assert.match(moved.lines[0]!, /may not read every mailbox/);
  assert.match(moved.text(), /signed in as other@example\.com/);
});

Deno.test("the grant of the command line wins; one that is unknown or lacks its secret is refused", async () => {
  await using world = await World.open();
  const config = world.config({ O365_GRANT_TYPE: "device-code" });
  const lines: string[] = [];
  const options = {
    ask: () => Promise.resolve(""),
    write: (line: string) => lines.push(line),
    signal: AbortSignal.timeout(30_000),
  };
  assert.equal(await authorize(config, { ...options, grantType: "credentials" }), 0);
  assert.match(lines[0]!, /^Authorized for/);
  await assert.rejects(authorize(config, { ...options, grantType: "password" }), refused(ConfigError, /--grant-type/));
  const secretless = world.config({ O365_GRANT_TYPE: "device-code", O365_CLIENT_SECRET: "" });
  await assert.rejects(
    authorize(secretless, { ...options, grantType: "client-credentials" }),
    refused(ConfigError, /O365_CLIENT_SECRET: is missing/),
  );
  const delegated = authorize(world.config(), {
    ...options,
    ask: () => Promise.resolve("no"),
    grantType: "authorization",
  });
  await assert.rejects(delegated, refused(ConfigError, /redirect URL/));
  assert.match(lines.find((line) => line.startsWith("https://"))!, /Mail\.ReadWrite/);
});
