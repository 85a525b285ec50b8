import assert from "node:assert/strict";
import { ConfigError } from "../core/errors.ts";
import { resolveBoard } from "./boards.ts";
import type { Board } from "./client.ts";

function jira(boards: Board[], projects: string[] = [], names: string[] = boards.map(({ name }) => name)) {
  return {
    boardsNamed: (name: string) =>
      Promise.resolve(boards.filter((board) => board.name.toLowerCase() === name.toLowerCase())),
    boardNames: () => Promise.resolve(names),
    project: (key: string) =>
      Promise.resolve(projects.includes(key) ? { key, name: `Project ${key}`, serviceDesk: false } : null),
  };
}

const support = { id: 1, name: "Support", projectKeys: ["SUP"] };

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof ConfigError);
  assert.equal(error.problems[0]?.name, "JIRA_SUPPORT_BOARD");
  return error.problems[0].problem;
}

Deno.test("resolveBoard() gives the project of the board with this name", async () => {
  assert.deepEqual(await resolveBoard(jira([support]), "support"), { project: "SUP" });
  const twin = { id: 2, name: "support", projectKeys: ["SUP"] };
  assert.deepEqual(await resolveBoard(jira([support, twin]), "Support"), { project: "SUP" });
});

Deno.test("resolveBoard() takes a project key where no board has that name", async () => {
  assert.deepEqual(await resolveBoard(jira([support], ["HR"]), "hr"), { project: "HR" });
});

Deno.test("resolveBoard() names the candidates when it is none, the likely ones first", async () => {
  const names = ["Zoo", "Marketing", "Support team"];
  const words = await refusal(resolveBoard(jira([], [], names), "Suport", "JIRA_SUPPORT_BOARD"));
  assert.match(words, /no board is named "Suport".*"Support team", "/);
  assert.match(await refusal(resolveBoard(jira([]), "x", "JIRA_SUPPORT_BOARD")), /may not see any board/);
});

Deno.test("resolveBoard() names the candidates when it is several", async () => {
  const other = { id: 2, name: "SUPPORT", projectKeys: ["OPS"] };
  const words = await refusal(resolveBoard(jira([support, other]), "support", "JIRA_SUPPORT_BOARD"));
  assert.match(words, /board 1 \(SUP\), board 2 \(OPS\)/);
  const across = { id: 3, name: "across", projectKeys: ["A1", "B1"] };
  assert.match(await refusal(resolveBoard(jira([across]), "across", "JIRA_SUPPORT_BOARD")), /A1, B1/);
  const empty = { id: 4, name: "empty", projectKeys: [] };
  assert.match(await refusal(resolveBoard(jira([empty]), "empty", "JIRA_SUPPORT_BOARD")), /no project that we may see/);
});
