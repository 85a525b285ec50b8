import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { startCloud } from "./testing.ts";

/** Atlassian's OpenAPI document, beside the repository where there is one. */
const SPEC = new URL("../../../../shared/specs/jira-cloud-v3.json", import.meta.url);

type Spec = {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: unknown }> }> }>
  >;
};

/** What is wrong with an answer by the document: an undocumented status, or a body of another shape. */
function checker(spec: Spec) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(spec as never, "spec");
  const templates = Object.keys(spec.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
    parameters: template.split("{").length,
  })).sort((a, b) => a.parameters - b.parameters);
  return (method: string, path: string, status: number, body: unknown): string | null => {
    const found = templates.find(({ pattern, template }) =>
      pattern.test(path) && method.toLowerCase() in spec.paths[template]!
    );
    if (found === undefined) return `${method} ${path} is not in the document`;
    const response = spec.paths[found.template]![method.toLowerCase()]!.responses[String(status)];
    if (response === undefined) return `${method} ${found.template} does not document ${status}`;
    if (response.content?.["application/json"] === undefined) return null;
    const pointer = found.template.replaceAll("~", "~0").replaceAll("/", "~1");
    const escaped = encodeURIComponent(pointer);
    const validate = ajv.compile({
      $ref: `spec#/paths/${escaped}/${method.toLowerCase()}/responses/${status}/content/${
        encodeURIComponent("application~1json")
      }/schema`,
    });
    return validate(body) ? null : `${method} ${found.template} ${status}: ${ajv.errorsText(validate.errors)}`;
  };
}

Deno.test({
  name: "JiraCloudSim answers as Atlassian's OpenAPI document says",
  ignore: !existsSync(SPEC) && (sayLeftOut(), true),
  async fn() {
    const problemOf = checker(JSON.parse(readFileSync(SPEC, "utf8")));
    await using jira = await startCloud();
    const { store, doc } = jira;
    const ada = store.createUser({ displayName: "Ada", emailAddress: "ada@example.com" });
    const task = store.project("SUP")!.issueTypes[0]!;
    const problems: string[] = [];
    const check = async (method: string, path: string, body?: unknown, status = 200) => {
      jira.clock.ms += 5_000;
      const reply = await jira.ask(method, path, body === undefined ? {} : { body });
      assert.equal(reply.status, status, `${method} ${path}: ${reply.text}`);
      // Real sites tell the default locale; the document does not know it.
      const { defaultLocale: _, ...known } = reply.json;
      const isObject = reply.text.startsWith("{");
      const problem = reply.text === ""
        ? null
        : problemOf(method, path.split("?")[0]!, status, isObject ? known : reply.json);
      if (problem !== null) problems.push(problem);
      return reply.json;
    };
    const fields = {
      project: { key: "SUP" },
      issuetype: { id: task.id },
      summary: "S",
      description: doc("D"),
      reporter: { id: ada.accountId },
    };
    const { key } = await check(
      "POST",
      "/rest/api/3/issue",
      { fields, properties: [{ key: "p", value: { a: 1 } }] },
      201,
    );
    const { key: other } = await check("POST", "/rest/api/3/issue", { fields }, 201);
    const at = `/rest/api/3/issue/${key}`;
    await check("POST", "/rest/api/3/issue/bulk", { issueUpdates: [{ fields }, { fields: {} }] }, 201);
    await check("POST", "/rest/api/3/issue/bulkfetch", { issueIdsOrKeys: [key] });
    await check("POST", "/rest/api/3/issue", { fields: { ...fields, summary: "a\nb" } }, 400);
    const comment = await check("POST", `${at}/comment`, { body: doc("Hello") }, 201);
    await check("GET", `${at}/comment?orderBy=-created`);
    await check("GET", `${at}/comment/${comment.id}`);
    await check("PUT", `${at}/comment/${comment.id}`, { body: doc("Hello again") });
    await check("POST", "/rest/api/3/comment/list?expand=properties", { ids: [Number(comment.id)] });
    await check("PUT", `/rest/api/3/comment/${comment.id}/properties/x`, { a: 1 }, 201);
    await check("GET", `/rest/api/3/comment/${comment.id}/properties`);
    await check("GET", `/rest/api/3/comment/${comment.id}/properties/x`);
    store.attach(String(key), {
      filename: "a.png",
      bytes: new Uint8Array(3),
      mimeType: "image/png",
      author: ada.accountId,
    });
    await check("GET", `${at}?properties=p&expand=renderedFields,transitions`);
    await check("GET", `/rest/api/3/attachment/${store.issue(String(key))!.attachments[0]!.id}`);
    await check("GET", "/rest/api/3/attachment/meta");
    await check("GET", `${at}/properties`);
    await check("GET", `${at}/properties/p`);
    await check("POST", `${at}/watchers`, ada.accountId, 204);
    await check("GET", `${at}/watchers`);
    await check("GET", `${at}/transitions?expand=transitions.fields`);
    await check("POST", `${at}/transitions`, { transition: { id: "31" } }, 204);
    await check("POST", "/rest/api/3/issueLink", {
      type: { name: "Relates" },
      inwardIssue: { key },
      outwardIssue: { key: other },
    }, 201);
    await check("GET", "/rest/api/3/issueLinkType");
    await check("POST", `${at}/remotelink`, { globalId: "g", object: { url: "https://example.com", title: "T" } }, 201);
    await check("GET", `${at}/remotelink?globalId=g`);
    await check("GET", at);
    await check("PUT", at, { fields: { summary: "New" } }, 204);
    await check("POST", "/rest/api/3/search/jql", { jql: "project = SUP", fields: ["*all"], maxResults: 1 });
    await check("GET", "/rest/api/3/search/jql?jql=project%20%3D%20SUP");
    await check("POST", "/rest/api/3/search/jql", { jql: "" }, 400);
    await check("POST", "/rest/api/3/search/approximate-count", { jql: "project = SUP" });
    await check("GET", "/rest/api/3/user/search?query=ada");
    await check("GET", "/rest/api/3/user/assignable/search?query=ada&project=SUP");
    await check("GET", `/rest/api/3/user?accountId=${ada.accountId}`);
    await check("GET", "/rest/api/3/myself");
    await check("GET", "/rest/api/3/serverInfo");
    await check("GET", "/rest/api/3/mypermissions?permissions=CREATE_ISSUES&projectKey=SUP");
    await check("GET", "/rest/api/3/project/SUP");
    await check("GET", "/rest/api/3/project/search");
    await check("GET", "/rest/api/3/issue/createmeta/SUP/issuetypes");
    await check("GET", `/rest/api/3/issue/createmeta/SUP/issuetypes/${task.id}`);
    await check("GET", "/rest/api/3/priority");
    await check("GET", "/rest/api/3/resolution");
    await check("GET", "/rest/api/3/status");
    await check("GET", "/rest/api/3/issuetype");
    await check("GET", "/rest/api/3/field");
    await check("DELETE", at, undefined, 204);
    await check("GET", at, undefined, 404);
    assert.deepEqual(problems, []);
  },
});

/** Says why the test is left out. */
function sayLeftOut(): void {
  // deno-lint-ignore no-console
  console.info(`Not checked against Atlassian's OpenAPI document: ${SPEC.pathname} is not there.`);
}
