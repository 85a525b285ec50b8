/** Writes `.env.example` and `docs/configuration.md` from the table of variables; `--check` only compares. */

import { configurationPage, envExample } from "../src/config/documentation.ts";

const documents: readonly (readonly [string, string])[] = [
  [".env.example", envExample()],
  ["docs/configuration.md", configurationPage()],
];
const check = Deno.args.includes("--check");

for (const [path, wanted] of documents) {
  const file = new URL(`../${path}`, import.meta.url);
  const present = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  if (present === wanted) continue;
  if (check) {
    // deno-lint-ignore no-console -- a tool for the terminal
    console.error(`${path} is not in step with src/config/schema.ts; run: deno run -RW tools/generate_config_docs.ts`);
    Deno.exitCode = 1;
  } else {
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, wanted);
  }
}
