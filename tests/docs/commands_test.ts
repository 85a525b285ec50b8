import assert from "node:assert/strict";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { buildProgram } from "../../main.ts";
import { commandLines, documents, words } from "./documents.ts";

const PROGRAM: CommandUnknownOpts = buildProgram();

Deno.test("every o365-connect command line of the documents is one that the program understands", async () => {
  let seen = 0;
  for (const document of await documents()) {
    for (const line of commandLines(document)) {
      assert.equal(misunderstood(line), null, `${document.path}: o365-connect ${line}`);
      seen++;
    }
  }
  assert.ok(seen > 70, String(seen));
});

Deno.test("a command line that the program would refuse is found out", () => {
  assert.equal(misunderstood("check-for-missing-events -d 7 --database sqlite:///x.db"), null);
  assert.equal(misunderstood("failed discard <id>"), null);
  for (
    const wrong of [
      "chekc-for-missing-events",
      "failed",
      "failed show",
      "status now",
      "status --wacth",
      "history --outcome lost",
      "service print --job listener",
      "service print beos",
      "check-for-missing-events --days",
    ]
  ) {
    assert.notEqual(misunderstood(wrong), null, wrong);
  }
});

/** What the program would say against it, `null` for nothing. */
function misunderstood(line: string): string | null {
  let command = PROGRAM;
  const given: string[] = [];
  const rest = words(line);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith("-")) {
      const problem = optionProblem(command, word, rest);
      if (problem !== null) return problem;
      continue;
    }
    const next = given.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    if (next === undefined) given.push(word);
    else command = next;
  }
  const only = line.startsWith("-");
  return only ? null : argumentsProblem(command, given);
}

function optionProblem(command: CommandUnknownOpts, word: string, rest: string[]): string | null {
  const [name, joined] = word.split(/=(.*)/s);
  const common = ["-h", "--help", "-V", "--version"];
  if (common.includes(name!)) return null;
  const option = [...command.options, ...PROGRAM.options].find(({ long, short }) => long === name || short === name);
  if (option === undefined) return `no option ${name}`;
  if (!option.required && !option.optional) return null;
  const value = joined ?? rest.shift();
  if (value === undefined) return option.required ? `${name} lacks its value` : null;
  if (option.argChoices !== undefined && !option.argChoices.includes(value)) return `${name} does not know ${value}`;
  return null;
}

function argumentsProblem(command: CommandUnknownOpts, given: readonly string[]): string | null {
  if (command.commands.length > 0) return `no command ${given[0] ?? `of ${command.name()}`}`;
  const wanted = command.registeredArguments;
  const many = wanted.some(({ variadic }) => variadic);
  if (given.length > wanted.length && !many) return `one word too many: ${given.at(-1)}`;
  const missing = wanted.filter(({ required }) => required).length - given.length;
  if (missing > 0) return "a word is missing";
  for (const [at, word] of given.entries()) {
    const choices = wanted[Math.min(at, wanted.length - 1)]?.argChoices;
    if (choices !== undefined && !word.startsWith("<") && !choices.includes(word)) return `not known: ${word}`;
  }
  return null;
}
