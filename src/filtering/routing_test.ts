import assert from "node:assert/strict";
import { envelope, people } from "./envelope_for_test.ts";
import { type RouteConfig, routeMail } from "./routing.ts";

const config: RouteConfig = {
  addresses: ["help@x.com"],
  boards: [{ board: "support", project: "SUP" }, { board: "hr_team", project: "HR" }],
  mailboxBoards: [{ mailbox: "HR@x.com", target: { board: "hr_team", project: "HR" } }],
  default: { board: "support", project: "SUP" },
  issueType: "Task",
  labels: ["mail"],
};

Deno.test("routeMail() gives type and labels, and the priority from the importance", () => {
  assert.deepEqual(routeMail(envelope(), config), {
    board: "support",
    project: "SUP",
    issueType: "Task",
    labels: ["mail"],
    priority: null,
  });
  assert.equal(routeMail(envelope({ importance: "high" }), config).priority, "High");
  assert.equal(routeMail(envelope({ importance: "low" }), config).priority, "Low");
});

Deno.test("routeMail() follows a plus-address of ours in To, Cc or Bcc", () => {
  for (const field of ["to", "cc", "bcc"] as const) {
    assert.equal(routeMail(envelope({ [field]: people("Support+HR_Team@X.com") }), config).board, "hr_team", field);
  }
  assert.equal(routeMail(envelope({ to: people("help+hr-team@x.com") }), config).project, "HR");
});

Deno.test("routeMail() ignores plus-addresses of others and unknown keys", () => {
  assert.equal(routeMail(envelope({ to: people("ada+hr_team@example.com") }), config).board, "support");
  assert.equal(routeMail(envelope({ to: people("support+sales@x.com") }), config).board, "support");
  assert.equal(routeMail(envelope({ to: people("support+@x.com", "support+hr_team@x.com") }), config).board, "hr_team");
});

Deno.test("routeMail() follows the mailbox's board, unless a plus-address says otherwise", () => {
  assert.equal(routeMail(envelope({ mailbox: "hr@x.com" }), config).board, "hr_team");
  assert.equal(routeMail(envelope({ mailbox: "hr@x.com", to: people("hr+support@x.com") }), config).board, "support");
});

Deno.test("routeMail() knows a project without a board", () => {
  const route = routeMail(envelope(), { ...config, boards: [], default: { board: null, project: "DEMO" } });
  assert.deepEqual([route.board, route.project], [null, "DEMO"]);
});
