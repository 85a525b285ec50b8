/** Atlassian's own judges, for tests: the ADF schema, the editor's validator, and Cloud's wiki markup parser. */

import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import Ajv from "ajv-draft-04";
import type { AdfDocument, AdfNode } from "../core/jira.ts";

interface Resolver {
  _resolveFilename(this: unknown, ...parameters: unknown[]): string;
}

/**
 * Atlassian's packages find their parts through folders whose `package.json` points out of the folder (`../dist/cjs/…`). Deno
 * resolves the path and then says it is not there, although it is: take the path from the message.
 */
function requireAtlassian(name: string, require = createRequire(import.meta.url)): unknown {
  const resolver = Module as unknown as Resolver;
  const original = resolver._resolveFilename;
  resolver._resolveFilename = function (...parameters) {
    try {
      return original.apply(this, parameters);
    } catch (error) {
      const path = /Cannot find module '([^']+\.js)'\. Please verify/.exec(String(error))?.[1];
      if (path === undefined) throw error;
      return path;
    }
  };
  try {
    return require(name);
  } finally {
    resolver._resolveFilename = original;
  }
}

/** Without this the packages ask a server for their feature flags, and say on the console that they could not. */
function switchFlagsOff(): void {
  const beside = createRequire(import.meta.resolve("@atlaskit/adf-utils"));
  const flags = requireAtlassian("@atlaskit/platform-feature-flags", beside) as {
    setBooleanFeatureFlagResolver(resolver: () => boolean): void;
  };
  flags.setBooleanFeatureFlagResolver(() => false);
}

type Validate = (document: unknown) => { valid: boolean };

function loadValidate(): Validate {
  switchFlagsOff();
  const { validator } = requireAtlassian("@atlaskit/adf-utils/validator") as { validator(): Validate };
  return validator();
}

function loadSchema() {
  const path = fileURLToPath(import.meta.resolve("@atlaskit/adf-schema/dist/json-schema/v1/full.json"));
  // deno-lint-ignore no-explicit-any -- the package's default export has no usable type under Deno
  const Draft4 = Ajv as any;
  return new Draft4({ strict: false }).compile(JSON.parse(readFileSync(path, "utf8")));
}

let validate: Validate | undefined;
let schema: ReturnType<typeof loadSchema> | undefined;

/** Why the document is invalid, or `null`: both the schema and the validator are asked. */
export function adfFault(document: AdfDocument): string | null {
  schema ??= loadSchema();
  validate ??= loadValidate();
  if (!schema(document)) return JSON.stringify(schema.errors.slice(-3));
  try {
    return validate(document).valid ? null : "the validator says it is invalid";
  } catch (error) {
    return String(error);
  }
}

interface Transformer {
  parse(wiki: string): { toJSON(): AdfNode };
}

let transformer: Transformer | undefined;

/** What Jira Cloud's own parser makes of wiki markup. */
export function parseWiki(wiki: string): AdfNode {
  if (transformer === undefined) {
    const { WikiMarkupTransformer } = requireAtlassian("@atlaskit/editor-wikimarkup-transformer") as {
      WikiMarkupTransformer: new () => Transformer;
    };
    transformer = new WikiMarkupTransformer();
  }
  return transformer.parse(wiki).toJSON();
}
