/** Lint plugin: holds `src/` to the table of rooms and imports in `docs/architecture.md`. */

const allowed: Record<string, readonly string[]> = {
  core: [],
  mime: ["core"],
  filtering: ["core"],
  jira_text: ["core"],
  content: ["core", "jira_text"],
  config: ["core"],
  logging: ["core"],
  http: ["core"],
  auth: ["core", "http"],
  graph: ["core", "http"],
  jira: ["core", "http"],
  state: ["core"],
  streaming: ["core", "http", "graph"],
  relay: ["core", "content", "graph", "jira"],
  pipeline: ["core", "filtering", "content", "graph", "jira", "relay"],
  cli: ["app", "config", "core"],
  sim: ["core", "mime", "jira_text"],
};

function roomOf(path: string): string | undefined {
  return path.replaceAll("\\", "/").match(/\/src\/([a-z_]+)\//)?.[1];
}

const plugin: Deno.lint.Plugin = {
  name: "rooms",
  rules: {
    "one-way": {
      create(context) {
        const from = roomOf(context.filename);
        const may = from === undefined ? undefined : allowed[from];
        function check(node: Deno.lint.Node & { source?: { value: string } | null }): void {
          const target = node.source?.value;
          if (from === undefined || may === undefined || target === undefined || !target.startsWith(".")) return;
          const to = roomOf(new URL(target, `file://${context.filename}`).pathname);
          if (to === undefined || to === from || may.includes(to)) return;
          context.report({ node, message: `"${from}" may not import "${to}"` });
        }
        return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
      },
    },
  },
};
export default plugin;
