import assert from "node:assert/strict";
import { inFolder, o365, PROGRAM } from "../cli/spawn.ts";
import { isOurHost, parseAddress, parseHostName } from "../../src/app/http/address.ts";
import { SetUp } from "../set_up.ts";
import { until } from "./world.ts";

const HANDLE = "handle-incoming-events";

Deno.test("what is wrong with --http is said together, with exit 2", () =>
  inFolder(async (folder) => {
    const asked = [HANDLE, "--http", "example.com", "--http-host", "https://x/", "--once"];
    const { code, stderr } = await o365(asked, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /--http: is for a listener that stays/);
    assert.match(stderr, /--http: expected an address of this machine and a port/);
    assert.match(stderr, /--http-host: expected the name/);
    assert.match(stderr, /O365_TENANT_ID/);
    assert.match((await o365([HANDLE, "--http-host", "x"], { cwd: folder })).stderr, /of no use without --http/);
  }));

Deno.test("others than this machine need a token that was chosen, and a short one is none", async () => {
  await using setUp = await SetUp.open();
  const run = (http: string, env: Record<string, string> = {}) =>
    o365([HANDLE, "--http", http], { cwd: setUp.folder, env: { ...setUp.env, ...env } });
  for (const address of ["0.0.0.0:0", "[::]:0", "192.0.2.7:8080"]) {
    const { code, stderr } = await run(address);
    assert.equal(code, 2, address);
    assert.match(stderr, /HTTP_TOKEN: is required where others than this machine can connect/);
  }
  const short = await run("127.0.0.1:0", { HTTP_TOKEN: "hunter2" });
  assert.equal(short.code, 2);
  assert.match(short.stderr, /HTTP_TOKEN: expected at least 16 characters/);
  assert.doesNotMatch(short.stderr, /hunter2/);
  const nowhere = await run("192.0.2.7:8080", { HTTP_TOKEN: "0123456789abcdef" });
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /--http: cannot listen at 192\.0\.2\.7:8080/);
});

Deno.test("a port that is taken is told at once, with exit 2", async () => {
  await using setUp = await SetUp.open();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await o365([HANDLE, "--http", `127.0.0.1:${taken.addr.port}`], {
    cwd: setUp.folder,
    env: setUp.env,
  });
  assert.equal(code, 2);
  assert.match(stderr, /--http: cannot listen at 127\.0\.0\.1:\d+/);
});

Deno.test("addresses are IP addresses or localhost, with a port", () => {
  const parsed = (text: string) => {
    const found = parseAddress(text);
    return found === null ? null : [found.hostname, found.port, found.loopback];
  };
  assert.deepEqual(parsed("127.0.0.1:8080"), ["127.0.0.1", 8080, true]);
  assert.deepEqual(parsed(" 127.8.8.8:1 "), ["127.8.8.8", 1, true]);
  assert.deepEqual(parsed("LOCALHOST:8080"), ["localhost", 8080, true]);
  assert.deepEqual(parsed("[::1]:8080"), ["::1", 8080, true]);
  assert.deepEqual(parsed("[::]:8080"), ["::", 8080, false]);
  assert.deepEqual(parsed("0.0.0.0:8080"), ["0.0.0.0", 8080, false]);
  for (
    const text of [
      "",
      "8080",
      "127.0.0.1",
      "127.0.0.1:",
      ":8080",
      "127.0.0.1:65536",
      "::1:8080",
      "example.com:80",
      "127.0.0.999:80",
      "http://127.0.0.1:80",
      "127.0.0.1:80/x",
      "[127.0.0.1]:80",
    ]
  ) {
    assert.equal(parsed(text), null, text);
  }
  assert.equal(parseHostName("Status.Example.com"), "status.example.com");
  assert.equal(parseHostName("status.example.com:8443"), "status.example.com:8443");
  for (const text of ["", "https://x", "x/y", "*", "-x", "a..b", "x:y"]) assert.equal(parseHostName(text), null, text);
});

Deno.test("a Host is ours by address and port, not by what it begins or ends with", () => {
  const local = { hostname: "127.0.0.1", port: 8080, loopback: true };
  const all = { hostname: "0.0.0.0", port: 80, loopback: false };
  for (const host of ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.0.0.2:8080"]) {
    assert.ok(isOurHost(host, local, []), host);
  }
  for (
    const host of [
      null,
      "",
      "127.0.0.1",
      "127.0.0.1:80",
      "localhost.:8080",
      "localhost:8080.evil.example",
      "127.0.0.1.evil.example:8080",
      "evil.example:8080",
      "[::1",
      "192.0.2.7:8080",
      "127.0.0.1:8080:8080",
    ]
  ) {
    assert.ok(!isOurHost(host, local, []), String(host));
  }
  for (const host of ["192.0.2.7", "192.0.2.7:80", "[2001:db8::1]", "localhost"]) {
    assert.ok(isOurHost(host, all, []), host);
  }
  assert.ok(!isOurHost("status.example.com", all, []));
  assert.ok(isOurHost("Status.Example.com", all, ["status.example.com"]));
  assert.ok(!isOurHost("status.example.com:81", all, ["status.example.com"]));
});

Deno.test({
  name:
    "the token is printed where it was made for this run, opens the page, and is in no log; a chosen one is not printed",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using setUp = await SetUp.open();
    for (const chosen of [null, "chosen-token-0123456789"]) {
      const child = spawn(setUp, chosen === null ? {} : { HTTP_TOKEN: chosen });
      const errors = new Response(child.stderr).text();
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let printed = "";
      while (!/Token.*\n/.test(printed)) printed += (await reader.read()).value ?? "the end\nToken\n";
      const url = printed.match(/^Page: (http:\/\/127\.0\.0\.1:\d+\/)$/m)![1]!;
      const token = chosen ?? printed.match(/^Token of this run: ([0-9a-f]{64})$/m)![1]!;
      if (chosen !== null) assert.ok(!printed.includes(chosen));
      await until("a page", async () => {
        const answer = await fetch(`${url}failed`, { headers: { authorization: `Bearer ${token}` } });
        await answer.body?.cancel();
        return answer.status === 200;
      });
      child.kill("SIGTERM");
      await reader.cancel();
      assert.equal((await child.status).code, 0);
      assert.ok(!(await errors).includes(token));
    }
  },
});

function spawn(setUp: SetUp, env: Record<string, string>): Deno.ChildProcess {
  const [deno, ...words] = PROGRAM;
  return new Deno.Command(deno!, {
    args: [...words, HANDLE, "--http", "127.0.0.1:0"],
    cwd: setUp.folder,
    env: { ...setUp.env, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
