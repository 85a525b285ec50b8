import assert from "node:assert/strict";
import { createAgileClient } from "jira.js/agile";
import { createCloudClient } from "jira.js/cloud";
import { createClient } from "jira.js/core";
import { createServiceDeskClient } from "jira.js/serviceDesk";
import { adfFromText } from "./texts.ts";
import { JiraCloudSim } from "./cloud.ts";

/** Atlassian's shapes as jira.js knows them: an answer that does not fit throws. */
async function setup() {
  const jira = new JiraCloudSim();
  await jira.start();
  jira.store.createProject({ key: "SUP", name: "Support", type: "service_desk" });
  const ada = jira.store.createUser({ displayName: "Ada Lovelace", emailAddress: "ada@example.com" });
  jira.store.createBoard("Support board", ["SUP"]);
  const config = {
    host: jira.url,
    auth: { type: "basic", email: "bot@example.com", apiToken: "cloud-token" },
    onSchemaMismatch: "throw",
  } as const;
  return { jira, ada, config, client: createCloudClient(config) };
}

type Setup = Awaited<ReturnType<typeof setup>>;

function doc(text: string) {
  return adfFromText(text) as never;
}

async function newIssue({ client }: Setup, more: Record<string, unknown> = {}) {
  return await client.issues.createIssue({
    fields: {
      project: { key: "SUP" },
      issuetype: { name: "Task" },
      summary: "Printer on fire",
      description: doc("It burns.\n\nStill."),
      ...more,
    },
    properties: [{ key: "o365-connect", value: { key: "k1" } }],
  } as never);
}

Deno.test("JiraCloudSim answers jira.js in the shapes of its schemas", async (t) => {
  const world = await setup();
  const { jira, ada, client, config } = world;
  await using _ = jira;

  await t.step("server info, myself, permissions", async () => {
    assert.equal((await client.serverInfo.getServerInfo()).deploymentType, "Cloud");
    assert.equal((await client.myself.getCurrentUser({})).displayName, "Mail Bridge");
    const { permissions } = await client.permissions.getMyPermissions({
      permissions: "CREATE_ISSUES,ADMINISTER",
      projectKey: "SUP",
    });
    assert.equal(permissions?.CREATE_ISSUES?.havePermission, true);
    assert.equal(permissions?.ADMINISTER?.havePermission, false);
  });

  await t.step("projects and create metadata", async () => {
    const project = await client.projects.getProject({ projectIdOrKey: "SUP" });
    assert.equal(project.projectTypeKey, "service_desk");
    assert.equal((await client.projects.searchProjects({})).total, 1);
    const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: "SUP" });
    const task = types.issueTypes?.find(({ name }) => name === "Task");
    const meta = await client.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: "SUP", issueTypeId: task!.id! });
    assert.deepEqual(meta.fields?.find(({ fieldId }) => fieldId === "summary")?.required, true);
  });

  await t.step("an issue with a property is created, found and read", async () => {
    const created = await newIssue(world, {
      reporter: { id: ada.accountId },
      labels: ["mail"],
      priority: { name: "High" },
    });
    assert.match(created.key!, /^SUP-\d+$/);
    const issue = await client.issues.getIssue({ issueIdOrKey: created.key!, properties: ["o365-connect"] });
    assert.deepEqual(issue.properties, { "o365-connect": { key: "k1" } });
    const found = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
      jql: 'creator = currentUser() AND created >= "-5m"',
      fields: ["key"],
      properties: ["o365-connect"],
    });
    assert.deepEqual(found.issues?.map(({ key }) => key), [created.key]);
    const bulk = await client.issues.bulkFetchIssues({ issueIdsOrKeys: [created.key!, "SUP-999"] } as never);
    assert.equal(bulk.issues?.length, 1);
    assert.equal(jira.store.issue(created.key!)?.reporter, ada.accountId);
    assert.equal(jira.store.issue(created.key!)?.creator, jira.store.user("bot@example.com")?.accountId);
  });

  await t.step("comments with properties", async () => {
    const issue = await newIssue(world);
    const added = await client.issueComments.addComment({
      issueIdOrKey: issue.key!,
      body: doc("Seen."),
      properties: [{ key: "sd.public.comment", value: { internal: true } }],
    } as never);
    assert.equal(added.jsdPublic, false);
    const page = await client.issueComments.getComments({ issueIdOrKey: issue.key!, orderBy: "-created" } as never);
    assert.equal(page.total, 1);
    const listed = await client.issueComments.getCommentsByIds(
      { ids: [Number(added.id)], expand: "properties" } as never,
    );
    assert.equal(listed.values?.[0]?.properties?.[0]?.key, "sd.public.comment");
    await client.issueComments.updateComment({
      issueIdOrKey: issue.key!,
      id: added.id!,
      body: { body: doc("Edited.") },
    });
    await client.issueCommentProperties.setCommentProperty(
      { commentId: added.id!, propertyKey: "x", body: { a: 1 } } as never,
    );
    const property = await client.issueCommentProperties.getCommentProperty({ commentId: added.id!, propertyKey: "x" });
    assert.deepEqual(property.value, { a: 1 });
  });

  await t.step("attachments, and their bytes", async () => {
    const issue = await newIssue(world);
    const bytes = new TextEncoder().encode("hello");
    const [one, two] = await client.issueAttachments.addAttachment({
      issueIdOrKey: issue.key!,
      attachments: [{ filename: "Größe.txt", content: bytes }, { filename: "b.png", content: bytes }],
    });
    assert.equal(one?.filename, "Größe.txt");
    assert.equal(two?.mimeType, "image/png");
    assert.equal((await client.issueAttachments.getAttachmentMeta()).uploadLimit, 10 * 1024 * 1024);
    assert.equal((await client.issueAttachments.getAttachment({ id: one!.id! })).size, 5);
    const content = await client.issueAttachments.getAttachmentContent({ id: one!.id! });
    assert.equal(new TextDecoder().decode(content as Uint8Array<ArrayBuffer>), "hello");
    assert.equal(jira.media.journal.entries.length, 1);
  });

  await t.step("watchers, transitions, links", async () => {
    const [issue, other] = [await newIssue(world), await newIssue(world)];
    const raw = createClient(config);
    await raw.sendRequest({
      url: `/rest/api/3/issue/${issue.key}/watchers`,
      method: "POST",
      body: ada.accountId as never,
    });
    assert.equal(
      (await client.issueWatchers.getIssueWatchers({ issueIdOrKey: issue.key! })).watchers?.[0]?.accountId,
      ada.accountId,
    );
    const { transitions } = await client.issues.getTransitions({ issueIdOrKey: issue.key! });
    const done = transitions?.find(({ to }) => to?.statusCategory?.key === "done");
    await client.issues.doTransition(
      { issueIdOrKey: issue.key!, transition: { id: done!.id! }, fields: { resolution: { name: "Done" } } } as never,
    );
    assert.equal(jira.store.issue(issue.key!)?.resolution, "Done");
    await client.issueLinks.linkIssues(
      { type: { name: "Relates" }, inwardIssue: { key: issue.key! }, outwardIssue: { key: other.key! } } as never,
    );
    assert.equal(jira.store.links.length, 1);
    await client.issueRemoteLinks.createOrUpdateRemoteIssueLink({
      issueIdOrKey: issue.key!,
      globalId: "mail:<a@b>",
      object: { url: "https://example.com/mail", title: "Mail" },
    } as never);
    assert.equal(jira.store.issue(issue.key!)?.remoteLinks[0]?.globalId, "mail:<a@b>");
    await client.issues.editIssue({ issueIdOrKey: issue.key!, fields: { description: doc("New text") } } as never);
    assert.equal((await client.userSearch.findUsers({ query: "ada@example.com" }))[0]?.accountId, ada.accountId);
  });

  await t.step("boards and service desk comments", async () => {
    const agile = createAgileClient(config);
    const boards = await agile.board.getAllBoards({ name: "support" });
    assert.equal(boards.values?.[0]?.location?.projectKey, "SUP");
    const desk = createServiceDeskClient(config);
    const issue = await newIssue(world);
    const comment = await desk.request.createRequestComment(
      { issueIdOrKey: issue.key!, body: "For agents", public: false } as never,
    );
    assert.equal(comment.public, false);
    assert.equal(jira.store.isPublic(jira.store.issue(issue.key!)!.comments[0]!), false);
  });
});
