import assert from "node:assert/strict";
import { join } from "node:path";
import { permissionsFor, ROOT, TARGETS } from "../../tools/executable.ts";
import { PROGRAMS } from "../../src/app/programs.ts";
import { parseYaml, type Yaml } from "./yaml.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, Yaml>> };
  readonly steps: readonly Step[];
  readonly [key: string]: unknown;
}

interface Workflow {
  readonly on: Readonly<Record<string, Yaml>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const SYSTEMS = ["ubuntu-24.04", "macos-15", "windows-2025"];

async function workflow(name: string): Promise<Workflow> {
  return parseYaml(await Deno.readTextFile(join(ROOT, ".github", "workflows", name))) as unknown as Workflow;
}

const WORKFLOWS = await Promise.all(["ci.yml", "release.yml"].map(workflow));
const [CI, RELEASE] = WORKFLOWS as [Workflow, Workflow];
const commandsOf = (job: Job | undefined) => job!.steps.flatMap(({ run }) => run ?? []);

Deno.test("what a workflow runs exists: tasks, tools, and the jobs it waits for", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  for (const { jobs } of WORKFLOWS) {
    for (const [name, job] of Object.entries(jobs)) {
      if (job.needs !== undefined) assert.ok(Object.hasOwn(jobs, job.needs), `${name} needs ${job.needs}`);
      for (const command of commandsOf(job)) {
        for (const [, task] of command.matchAll(/deno task (\w+)/g)) assert.ok(task! in tasks, task);
        for (const [, tool] of command.matchAll(/(tools\/\w+\.ts)/g)) await Deno.stat(join(ROOT, tool!));
      }
      for (const { uses } of job.steps) if (uses !== undefined) assert.match(uses, /^[\w-]+\/[\w-]+@v\d+$/);
    }
  }
});

Deno.test("both workflows format, lint, check and test on the three systems before anything is made", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  for (const part of ["deno fmt --check", "deno lint", "deno check", "deno task test"]) {
    assert.ok(tasks.ok.includes(part));
  }
  for (const { jobs } of WORKFLOWS) {
    assert.deepEqual(jobs.ok!.strategy!.matrix.os, SYSTEMS);
    assert.ok(commandsOf(jobs.ok).includes("deno task ok"));
  }
  assert.equal(CI.jobs.executable!.needs, "ok");
  assert.equal(RELEASE.jobs.compile!.needs, "ok");
});

Deno.test("one version of Deno makes, checks and tries everything", async () => {
  const versions = new Set(
    WORKFLOWS.flatMap(({ jobs }) =>
      Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.with?.["deno-version"] ?? []))
    ),
  );
  const { groups } = /deno@(?<version>[\d.]+)/.exec(await Deno.readTextFile(join(ROOT, ".ci", "run")))!;
  assert.deepEqual([...versions], [groups!.version]);
});

Deno.test("each executable is tried on a system of its own kind before a release is drafted", () => {
  const job = RELEASE.jobs["smoke-test"]!;
  const tried = job.strategy!.matrix.include as { target: string; os: string }[];
  assert.deepEqual(tried.map(({ target }) => target), [...TARGETS]);
  const kinds: Readonly<Record<string, RegExp>> = {
    "x86_64-unknown-linux-gnu": /^ubuntu-[\d.]+$/,
    "aarch64-unknown-linux-gnu": /^ubuntu-[\d.]+-arm$/,
    "x86_64-apple-darwin": /^macos-\d+-intel$/,
    "aarch64-apple-darwin": /^macos-\d+$/,
    "x86_64-pc-windows-msvc": /^windows-\d+$/,
  };
  for (const { target, os } of tried) assert.match(os, kinds[target]!);
  assert.ok(commandsOf(job).some((command) => command.includes("tools/smoke_test.ts --target ${{ matrix.target }}")));
  assert.equal(RELEASE.jobs.draft!.needs, "smoke-test");
});

Deno.test("a release has sums, provenance and the changelog's words, and is a draft", () => {
  const { steps } = RELEASE.jobs.draft!;
  assert.deepEqual(RELEASE.on, { push: { tags: ["v*"] } });
  const commands = commandsOf(RELEASE.jobs.draft).join("\n");
  assert.match(commands, /sha256sum o365-connect-\* > SHA256SUMS/);
  assert.match(commands, /tools\/release_notes\.ts "\$GITHUB_REF_NAME" > notes\.md/);
  assert.match(commands, /gh release create .*--draft .*--notes-file notes\.md dist\/\*/);
  const attested = steps.find(({ uses }) => uses?.startsWith("actions/attest-build-provenance@"));
  assert.equal(attested?.with?.["subject-path"], "dist/o365-connect-*");
});

Deno.test("only the job that drafts may write, and no checkout keeps a credential", () => {
  for (const { permissions, jobs } of WORKFLOWS) {
    assert.deepEqual(permissions, { contents: "read" });
    for (const [name, job] of Object.entries(jobs)) {
      assert.equal(job.permissions !== undefined, name === "draft", name);
      for (const step of job.steps) {
        if (step.uses?.startsWith("actions/checkout@")) assert.equal(step.with?.["persist-credentials"], "false");
      }
      // What a tag or a branch is called must never become part of a script.
      for (const command of commandsOf(job)) assert.doesNotMatch(command, /\$\{\{\s*github\./);
    }
  }
  assert.deepEqual(RELEASE.jobs.draft!.permissions, {
    contents: "write",
    "id-token": "write",
    attestations: "write",
  });
});

Deno.test("an executable may start its system's service manager, and nothing else", () => {
  const allowed = (target: string) =>
    permissionsFor(target).find((one) => one.startsWith("--allow-run="))!.slice(12).split(",");
  for (const target of TARGETS) {
    assert.deepEqual(permissionsFor(target).slice(0, -1), [
      "--allow-net",
      "--allow-env",
      "--allow-read",
      "--allow-write",
    ]);
    assert.ok(allowed(target).length > 0);
  }
  assert.deepEqual([...new Set(TARGETS.flatMap(allowed))].sort(), [...PROGRAMS].sort());
});

Deno.test("parseYaml() reads what the workflows use, and refuses what it does not understand", () => {
  assert.deepEqual(
    parseYaml(
      "# a\na: b # c".replace(" # c", "") +
        '\nl:\n  - x: 1\n    y: "2"\n  - z\nf: [p, "q r"]\nt: |\n  one\n    two\n\nn:\n',
    ),
    { a: "b", l: [{ x: "1", y: "2" }, "z"], f: ["p", "q r"], t: "one\n  two\n", n: null },
  );
  for (const wrong of ["a: b\n  c: d", "a: 1\na: 2", "a: {b: c}", "a: b: c", "a:\n\tb: c", "just words", "a: x # y"]) {
    assert.throws(() => parseYaml(wrong), /line \d+|not understood/, wrong);
  }
});
