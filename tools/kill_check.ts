/**
 * Kills an executable in the middle of its work, starts it again, and counts what is in Jira:
 * `deno run -A tools/kill_check.ts <executable>`. The world is the one that its own `demo --keep` leaves running.
 */

import { join } from "node:path";

const MAILS = 40;
const DEADLINE_MS = 60_000;

if (import.meta.main) {
  const [executable] = Deno.args;
  if (executable === undefined) {
    say("usage: deno run -A tools/kill_check.ts <executable>");
    Deno.exit(2);
  }
  Deno.exit(await killCheck(await Deno.realPath(executable)) ? 0 : 1);
}

export async function killCheck(executable: string): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "o365-connect-kill-" });
  const demo = new Deno.Command(executable, { args: ["demo", "--keep"], cwd: folder, stdout: "piped" }).spawn();
  try {
    const world = worldIn(await textUntil(demo.stdout, "Stop with Ctrl-C."));
    const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(world.CA_FILE!)] });
    await Deno.writeTextFile(join(folder, ".env"), environment(world, join(folder, "state.db")));
    // Fixes the start of the mailbox: what comes from now on is to be handled.
    await run(executable, folder, ["handle-incoming-events", "--once"]);
    for (let i = 0; i < MAILS; i++) await deliver(world, client, i);
    const listener = new Deno.Command(executable, { args: ["handle-incoming-events"], cwd: folder, stderr: "null" })
      .spawn();
    const before = await countUntil(world, client, MAILS / 4);
    listener.kill("SIGKILL");
    const { signal } = await listener.status;
    const code = await run(executable, folder, ["handle-incoming-events", "--once"]);
    const counts = await issues(world, client);
    const [lost, doubled] = [MAILS - counts.size, [...counts.values()].filter((n) => n > 1).length];
    say(
      `${MAILS} mails, ended by ${signal} after ${before} issues, restarted (exit ${code}): ` +
        `${counts.size} have an issue, ${lost} lost, ${doubled} doubled.`,
    );
    client.close();
    return code === 0 && lost === 0 && doubled === 0 && before < MAILS;
  } finally {
    demo.kill("SIGTERM");
    await demo.status;
    await Deno.remove(folder, { recursive: true });
  }
}

type World = Readonly<Record<string, string>>;

function worldIn(output: string): World {
  return Object.fromEntries(
    output.split("\n").map((line) => line.match(/^([A-Z][A-Z0-9_]+)=(.*)$/)).filter((match) => match !== null)
      .map(([, name, value]) => [name!, value!]),
  );
}

function environment(world: World, database: string): string {
  const all = { ...world, DATABASE_URI: `sqlite:///${database}`, RECONCILE_DELAY_SECONDS: "1" };
  return Object.entries(all).map(([name, value]) => `${name}=${value}\n`).join("");
}

/** Reads until the line is there; the rest is thrown away, so that the writer never waits. */
async function textUntil(stream: ReadableStream<Uint8Array>, end: string): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "";
  while (!text.includes(end)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The demo ended early: ${text}`);
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return text;
}

async function run(executable: string, cwd: string, args: string[]): Promise<number> {
  const { code } = await new Deno.Command(executable, {
    args: [...args, "--log-level", "error"],
    cwd,
    stdout: "null",
    stderr: "inherit",
  }).output();
  return code;
}

async function deliver(world: World, client: Deno.HttpClient, number: number): Promise<void> {
  const lines = [
    "From: Ada <ada@customer.example>",
    `To: ${world.O365_PRINCIPAL}`,
    `Subject: Kill check ${number}`,
    `Message-ID: <kill-${number}@customer.example>`,
    "",
    "Is it there once?",
    "",
  ];
  const url = `${world.O365_GRAPH_URL}/_sim/mailboxes/${world.O365_PRINCIPAL}/messages`;
  const answer = await fetch(url, { method: "POST", body: lines.join("\r\n"), client });
  if (!answer.ok) throw new Error(`The simulator took no mail: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

/** Issues of the mails by their summary. */
async function issues(world: World, client: Deno.HttpClient): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let nextPageToken: string | undefined;
  do {
    const answer = await fetch(`${world.JIRA_PLATFORM_URL}/rest/api/3/search/jql`, {
      method: "POST",
      headers: {
        Authorization: `Basic ${btoa(`${world.JIRA_PLATFORM_USER}:${world.JIRA_PLATFORM_TOKEN}`)}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({
        jql: "creator = currentUser() ORDER BY created",
        fields: ["summary"],
        maxResults: 100,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      }),
      client,
    });
    if (!answer.ok) throw new Error(`The search was refused: ${answer.status} ${await answer.text()}`);
    const page = await answer.json() as { issues: { fields: { summary: string } }[]; nextPageToken?: string };
    for (const { fields: { summary } } of page.issues) {
      if (summary.startsWith("Kill check")) counts.set(summary, (counts.get(summary) ?? 0) + 1);
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined);
  return counts;
}

async function countUntil(world: World, client: Deno.HttpClient, wanted: number): Promise<number> {
  const until = Date.now() + DEADLINE_MS;
  for (;;) {
    const { size } = await issues(world, client);
    if (size >= wanted) return size;
    if (Date.now() > until) throw new Error(`Only ${size} issues after ${DEADLINE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a tool for the terminal
  console.log(text);
}
