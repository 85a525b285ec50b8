import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { everyVariable } from "../../src/config/schema.ts";
import { FILTERS } from "../../src/filtering/filters.ts";
import { permissionsFor, TARGETS } from "../../tools/executable.ts";
import { ROOT } from "../cli/spawn.ts";
import { type Document, document, documents } from "./documents.ts";

const DOCUMENTS = await documents();

/** Names that are not of our schema: variables of others, and what only looks like one. */
const OTHERS = /^(?:OTEL_[A-Z_]+|DENO_[A-Z_]+|NO_COLOR|JIRA_[A-Z]+_BOARD)$/;

Deno.test("every variable that a document names is one of the program's", () => {
  const known = new Set(
    everyVariable().flatMap((
      [name, { aliases = [], secret }],
    ) => [name, ...aliases, ...secret ? [`${name}_FILE`] : []]),
  );
  let seen = 0;
  for (const { path, text } of DOCUMENTS) {
    for (const [name] of text.matchAll(/(?<![\w/.-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w…])/g)) {
      assert.ok(known.has(name) || OTHERS.test(name), `${path}: nothing reads ${name}`);
      seen++;
    }
    // Names without an underscore are told from words by what is assigned to them.
    for (const [, name] of text.matchAll(/(?:^|`)([A-Z][A-Z0-9]+)=/gm)) {
      assert.ok(known.has(name!), `${path}: nothing reads ${name}`);
    }
  }
  assert.ok(seen > 200, String(seen));
});

Deno.test("the way from the Python tool tells of each of its variables", async () => {
  const { text } = await document("docs/migration.md");
  const seed = everyVariable().filter(([, { seed }]) => seed).map(([name]) => name);
  assert.ok(seed.length > 10);
  assert.deepEqual(seed.filter((name) => name !== "DATABASE_URI" && !text.includes(`\`${name}\``)), []);
  assert.ok(text.includes("`SQLALCHEMY_DATABASE_URI`"));
});

Deno.test("links between the documents lead somewhere", () => {
  let seen = 0;
  for (const from of DOCUMENTS) {
    for (const [, target] of withoutBlocks(from.text).matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^(?:https?:|mailto:)/.test(target!)) continue;
      const [path, anchor] = target!.split("#");
      const where = `${from.path}: ${target}`;
      const to = path === "" ? from.path : join(dirname(from.path), path!).replaceAll("\\", "/");
      assert.ok(existsSync(join(ROOT, to)), `${where}: no such file`);
      if (anchor !== undefined) {
        const page = DOCUMENTS.find((one) => one.path === to);
        assert.ok(page !== undefined && anchorsOf(page).includes(anchor), `${where}: no such heading`);
      }
      seen++;
    }
  }
  assert.ok(seen > 50, String(seen));
});

Deno.test("files of the repository that documents name are there", () => {
  for (const { path, text } of DOCUMENTS) {
    for (const [, file] of text.matchAll(/`((?:src|tools|tests|docs)\/[\w./-]+\.(?:ts|md))`/g)) {
      assert.ok(existsSync(join(ROOT, file!)), `${path}: ${file}`);
    }
  }
});

Deno.test("docs/filters.md tells the filters in the order in which they are asked", async () => {
  const { text } = await document("docs/filters.md");
  const [asked, others] = text.split("Two more ends");
  assert.deepEqual(firstColumn(asked!), FILTERS.map(({ name }) => name));
  assert.deepEqual(firstColumn(others!.split("\n## ")[0]!), ["loop-limit", "message-gone"]);
});

Deno.test("docs/filters.md tells each kind of automatic mail", async () => {
  const { text } = await document("docs/filters.md");
  const section = text.split("## Automatic mail")[1]!.split("\n## ")[0]!;
  const source = await Deno.readTextFile(join(ROOT, "src", "core", "decision.ts"));
  const kinds = [.../export type AutomaticKind =([^;]*);/.exec(source)![1]!.matchAll(/"([a-z-]+)"/g)].map(([, kind]) =>
    kind
  );
  assert.deepEqual(firstColumn(section), kinds);
});

Deno.test("docs/security.md tells the programs that the executable may start, and no permission more", async () => {
  const { text } = await document("docs/security.md");
  const line = text.split("\n").find((one) => one.startsWith("**The executable**"))!;
  for (const target of TARGETS) {
    const run = permissionsFor(target).find((flag) => flag.startsWith("--allow-run="))!.split("=")[1]!;
    for (const program of run.split(",")) assert.ok(line.includes(`\`${program}\``), program);
    for (const flag of permissionsFor(target)) assert.ok(line.includes(`\`${flag.slice(8).split("=")[0]}\``), flag);
  }
  for (const flag of ["ffi", "sys"]) assert.ok(!permissionsFor(null).some((one) => one.startsWith(`--allow-${flag}`)));
});

function firstColumn(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name!);
}

function withoutBlocks(markdown: string): string {
  return markdown.replace(/^[ \t]*```[^]*?^[ \t]*```$/gm, "");
}

/** As GitHub makes them of headings. */
function anchorsOf({ text }: Document): string[] {
  const count = new Map<string, number>();
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const slug = heading!.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const times = count.get(slug) ?? 0;
    count.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}
