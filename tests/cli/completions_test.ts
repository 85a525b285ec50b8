import assert from "node:assert/strict";
import { join } from "node:path";
import { buildProgram } from "../../main.ts";
import { bashScript } from "../../src/cli/completions/bash.ts";
import { fishScript } from "../../src/cli/completions/fish.ts";
import { powershellScript } from "../../src/cli/completions/powershell.ts";
import { commandTree, everyCommand } from "../../src/cli/completions/tree.ts";
import { zshScript } from "../../src/cli/completions/zsh.ts";
import { inFolder } from "./spawn.ts";

const tree = commandTree(buildProgram());

Deno.test("commandTree() knows commands, options with their values, and arguments", () => {
  const explain = everyCommand(tree).find(({ path }) => path === "explain")!;
  assert.deepEqual(explain.argument, { kind: "file" });
  assert.deepEqual(explain.options.find(({ flags }) => flags.includes("--mailbox"))?.value, { kind: "free" });
  const grant = everyCommand(tree).find(({ path }) => path === "authorize")!.options[0]!;
  assert.deepEqual(grant.value, {
    kind: "words",
    words: ["client-credentials", "authorization-code", "device-code"],
  });
  assert.deepEqual(tree.options.find(({ flags }) => flags.includes("--env-file"))?.value, { kind: "file" });
  assert.deepEqual(everyCommand(tree).find(({ path }) => path === "status")?.argument, null);
});

Deno.test({
  name: "the bash script completes commands, sub-commands, options, choices and files",
  ignore: !has("bash"),
  fn: () =>
    inFolder(async (folder) => {
      const script = join(folder, "completion.bash");
      await Deno.writeTextFile(script, bashScript(tree));
      await Deno.writeTextFile(join(folder, "my mail.eml"), "");
      assert.equal((await bash(["-n", script], folder)).stderr, "");
      const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
        [["fa"], ["failed"]],
        [["check", "--x"], []],
        [["failed", ""], ["list", "show", "retry", "discard"]],
        [["--debug", "failed", "re"], ["retry"]],
        [["failed", "retry", "--a"], ["--all"]],
        [["--log-format", ""], ["text", "json"]],
        [["status", "--log-level", "e"], ["error"]],
        [["status", "--log-level", "=", "de"], ["debug"]],
        [["status", "--log-level", "="], ["trace", "debug", "info", "warning", "error", "fatal"]],
        [["authorize", "--grant-type", "d"], ["device-code"]],
        [["--log-format", "failed", "sta"], ["status", "state"]],
        [["explain", "my"], ["my mail.eml"]],
        [["--env-file", "my"], ["my mail.eml"]],
        [["explain", "--id", ""], []],
        [["demo", "--eml", "x.eml", "m"], ["my mail.eml"]],
        [["completions", "z"], ["zsh"]],
        [["status", "--j"], ["--json"]],
      ];
      const calls = cases.map(([words]) => {
        const quoted = ["o365-connect", ...words].map((word) => `'${word}'`).join(" ");
        // What bash does when tab is pressed: the function that "complete" names is called with these variables.
        return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; COMPREPLY=(); "$function"; ` +
          `printf '%s\\t' "\${COMPREPLY[@]}"; echo`;
      });
      const program = [
        `source '${script}'`,
        `function=$(complete -p o365-connect | sed 's/.*-F \\([^ ]*\\).*/\\1/')`,
        ...calls,
      ].join("\n");
      const { stdout, stderr } = await bash(["--noprofile", "--norc", "-c", program], folder);
      assert.equal(stderr, "");
      const got = stdout.trimEnd().split("\n").map((line) => line.split("\t").filter((word) => word !== ""));
      assert.deepEqual(cases.map(([words], at) => [words, got[at] ?? []]), cases);
    }),
});

Deno.test({
  name: "the zsh script is valid zsh",
  ignore: !has("zsh"),
  fn: () => checksItself("zsh", ["-n"], zshScript(tree)),
});

Deno.test({
  name: "the fish script is valid fish",
  ignore: !has("fish"),
  fn: () => checksItself("fish", ["--no-execute"], fishScript(tree)),
});

Deno.test("every script names every command and every long option, and quotes are in pairs", () => {
  const scripts = { zsh: zshScript(tree), fish: fishScript(tree), powershell: powershellScript(tree) };
  for (const [shell, script] of Object.entries(scripts)) {
    for (const { path, options } of everyCommand(tree)) {
      assert.ok(script.includes(path), `${shell}: ${path}`);
      for (const flag of options.flatMap(({ flags }) => flags).filter((flag) => flag.startsWith("--"))) {
        assert.ok(script.includes(shell === "fish" ? `-l ${flag.slice(2)} ` : flag), `${shell}: ${flag}`);
      }
    }
    for (const line of script.split("\n").filter((line) => !line.trimStart().startsWith("#"))) {
      const quotes = line.replaceAll(`'\\''`, "").replaceAll("\\'", "").split("'").length - 1;
      assert.equal(quotes % 2, 0, `${shell}: ${line}`);
    }
  }
});

Deno.test("a description with quotes cannot break out of its string", () => {
  const authorize = tree.commands.find(({ name }) => name === "authorize")!;
  const hostile = { ...tree, commands: [{ ...authorize, description: "it's $(rm) `x`" }] };
  assert.ok(zshScript(hostile).includes(`'authorize:it'\\''s $(rm) \`x\`'`));
  assert.ok(fishScript(hostile).includes(`-d 'it\\'s $(rm) \`x\`'`));
  assert.ok(powershellScript(hostile).includes(`'it''s $(rm) \`x\`'`));
});

function has(shell: string): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    return new Deno.Command(shell, { args: ["-c", "true"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

async function bash(args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await new Deno.Command("bash", { args: [...args], cwd }).output();
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

async function checksItself(shell: string, args: readonly string[], script: string): Promise<void> {
  await inFolder(async (folder) => {
    const file = join(folder, "completion");
    await Deno.writeTextFile(file, script);
    const { code, stderr } = await new Deno.Command(shell, { args: [...args, file] }).output();
    assert.deepEqual({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
  });
}
