import assert from "node:assert/strict";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { buildProgram } from "../../main.ts";
import { VERSION } from "../../src/app/version.ts";
import { LOG_LEVEL_NAMES } from "../../src/cli/globals.ts";
import { everyVariable } from "../../src/config/schema.ts";
import { LOG_LEVELS } from "../../src/logging/configure.ts";
import { o365, ROOT } from "./spawn.ts";

const SNAPSHOTS = join(import.meta.dirname!, "snapshots");

/** Contract §1. */
const COMMANDS = [
  "authorize",
  "check-for-missing-events",
  "completions",
  "demo",
  "doctor",
  "explain",
  "failed",
  "failed discard",
  "failed list",
  "failed retry",
  "failed show",
  "handle-incoming-events",
  "history",
  "init",
  "service",
  "service install",
  "service print",
  "service status",
  "service uninstall",
  "simulate",
  "state",
  "state backup",
  "state check",
  "state export",
  "state restore",
  "status",
];

Deno.test("every command of the contract exists, and no other", () => {
  assert.deepEqual([...helpTexts().keys()].filter((name) => name !== "").sort(), COMMANDS);
});

Deno.test("the help of every command is as agreed (UPDATE_SNAPSHOTS=1 writes it anew)", async (test) => {
  for (const [name, text] of helpTexts()) {
    const file = join(SNAPSHOTS, `${name === "" ? "o365-connect" : name.replaceAll(" ", "-")}.txt`);
    await test.step(name === "" ? "o365-connect" : name, async () => {
      if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") await Deno.writeTextFile(file, text);
      const agreed = (await Deno.readTextFile(file)).replaceAll("\r\n", "\n");
      assert.equal(text, agreed);
    });
  }
});

Deno.test("the help names only variables that exist, and has no line that is too wide", () => {
  const known = new Set<string>(everyVariable().map(([name]) => name));
  for (const [name, text] of helpTexts()) {
    for (
      const word of text.match(/\b(?:O365|JIRA|DATABASE|POLL|RECONCILE|HTTPS|NO|CA|ACK|AUTOMATIC)_[A-Z_]+\b/g) ?? []
    ) {
      assert.ok(known.has(word), `${name}: ${word}`);
    }
    for (const line of text.split("\n")) {
      // A command line of an example is not broken.
      if (!line.startsWith("  o365-connect ")) assert.ok(line.length <= 80, `${name}: ${line}`);
    }
  }
});

Deno.test("the names of log levels are those of logging", () => {
  assert.deepEqual([...LOG_LEVEL_NAMES], [...LOG_LEVELS]);
});

Deno.test("without a command the list of commands is printed, exit 0", async () => {
  const { code, stdout, stderr } = await o365([]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.equal(stdout, helpTexts().get(""));
});

Deno.test("--version prints the version that deno.json has, also behind a command", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  assert.equal(VERSION, version);
  assert.deepEqual(await o365(["status", "--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
});

Deno.test("--help loads nothing but the command tree", async () => {
  const info = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(ROOT, "main.ts")],
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(info.stdout)) as { modules: Module[] };
  const loaded = eagerlyLoaded(modules, modules.find(({ specifier }) => specifier.endsWith("/main.ts"))!.specifier);
  assert.deepEqual(loaded.filter((name) => name.startsWith("npm:")), [
    "npm:/@commander-js/extra-typings@15.1.0",
  ]);
  const rooms = new Set(
    loaded.map((name) => name.match(/\/src\/([a-z]+)\//)?.[1]).filter((room) => room !== undefined),
  );
  assert.deepEqual([...rooms].sort(), ["app", "cli", "core"]);
  assert.ok(loaded.length < 12, loaded.join("\n"));
});

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly npmPackage?: string;
    readonly isDynamic?: boolean;
  }[];
}

function eagerlyLoaded(modules: readonly Module[], from: string, seen = new Set<string>()): string[] {
  if (seen.has(from)) return [];
  seen.add(from);
  const module = modules.find(({ specifier }) => specifier === from);
  for (const { code, isDynamic } of module?.dependencies ?? []) {
    if (code?.specifier !== undefined && isDynamic !== true) eagerlyLoaded(modules, code.specifier, seen);
  }
  return [...seen].map((name) => name.replace(/(npm:)\/?(.*?)(_.*)?$/, "$1/$2"));
}

/** Help of the program (empty name) and of every command, as printed on 80 columns. */
function helpTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (command: CommandUnknownOpts, name: string) => {
    let text = "";
    command.configureOutput({
      writeOut: (part) => text += part,
      getOutHelpWidth: () => 80,
      getOutHasColors: () => false,
    });
    command.outputHelp();
    texts.set(name, text);
    for (const sub of command.commands) visit(sub, name === "" ? sub.name() : `${name} ${sub.name()}`);
  };
  visit(buildProgram(), "");
  return texts;
}
