import assert from "node:assert/strict";
import { SimWebhook } from "../../src/sim/jira/mod.ts";
import { ADA, GRACE, relaying, textOf } from "./relay.ts";
import { answering, mail, on, type Scenario, SUPPORT, until } from "./world.ts";

const SECRET = "a secret of more than sixteen signs";
const SIGNED = "dkim=pass header.d=automation.atlassian.com; dmarc=pass header.from=automation.atlassian.com";

/** How the program learns of a comment. In the last two polling is broken: they must do alone. */
type Way = "polling" | "webhook" | "automation mail";

const WAYS: readonly (readonly ["cloud" | "server", Way])[] = [
  ["cloud", "polling"],
  ["cloud", "webhook"],
  ["cloud", "automation mail"],
  ["server", "polling"],
  ["server", "webhook"],
];

for (const [kind, way] of WAYS) {
  on(
    kind,
    `a conversation of customer, Outlook and Jira reads the same on both sides (${kind}, by ${way})`,
    relaying("public", { JIRA_STATUS_NOTICE: way === "polling" ? "on" : "off" }),
    (scenario) => converse(scenario, way),
  );
}

async function converse(scenario: Scenario, way: Way): Promise<void> {
  const { graph, store, jira } = scenario.world;
  store.createUser({ displayName: "Grace Hopper", emailAddress: GRACE });
  store.createUser({ displayName: "Bob Kahn", emailAddress: "bob@example.com" });
  if (way !== "polling") {
    const action = { kind: "answer", status: 500 } as const;
    jira.faults.add({ method: "POST", path: /\/search(\/jql)?$/, action, times: 1_000_000 });
  }
  const line = new Line(scenario);
  await using _bell = await bellOf(scenario, way);
  await line.adaWrites("one: it jams");
  await line.graceComments("two: which printer?");
  await line.adaWrites("three: the old one");
  await line.bobAnswers("four: in which room?");
  await line.adaWrites("five: in the cellar");
  await line.graceComments("six: we send somebody");
  store.commentAs(GRACE, scenario.issue(), "nothing for Ada", {
    visibility: { type: "role", value: "Administrators" },
  });
  await line.bobAnswers("seven: she is on her way");
  await line.adaWrites("eight: she is here");
  await line.graceComments("nine: does it print?");
  await line.adaWrites("ten: it does, thank you");
  const said = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  assert.deepEqual(line.atAda(), said);
  assert.deepEqual(line.inJira(), said);
  assert.equal(scenario.issues().length, 1);
  if (way === "polling") {
    store.transition(scenario.issue(), "Done");
    await until("Ada is told", () => graph.outbox.some((sent) => /has been resolved/.test(textOf(sent))));
  }
  assert.equal(graph.outbox.filter((sent) => /nothing for Ada/.test(textOf(sent))).length, 0);
}

/** The listener, and whatever rings it. */
async function bellOf(scenario: Scenario, way: Way): Promise<AsyncDisposable> {
  const { graph, store, kind } = scenario.world;
  let url = "";
  const webhook = {
    address: { hostname: "127.0.0.1", port: 0, loopback: true },
    secret: SECRET,
    certificate: null,
    onServed: (served: string) => url = served,
  };
  const listener = scenario.listen(way === "webhook" ? { webhook } : {});
  let rings: SimWebhook | null = null;
  if (way === "webhook") {
    await until("the webhook is served", () => url !== "");
    rings = new SimWebhook(store, { url, kind, secret: SECRET });
  }
  if (way === "automation mail") {
    store.listeners.add(({ name, issue, comment }) => {
      if (name !== "comment_created" || comment?.author !== store.user(GRACE)?.accountId) return;
      const told = JSON.stringify({ issue: issue.key, id: comment!.id, author: { name: "Grace Hopper" } });
      void graph.deliver(
        SUPPORT,
        mail({
          from: "Jira <noreply@automation.atlassian.com>",
          text: told,
          headers: { "Authentication-Results": SIGNED },
        }),
      );
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      await rings?.stop();
      assert.equal(await listener.stop(), 0);
    },
  };
}

/** What each of them does, and what each of them sees. */
class Line {
  readonly #fromAda: { readonly at: number; readonly word: string }[] = [];
  #last = "";

  constructor(private readonly scenario: Scenario) {}

  /** An answer to the newest mail she knows, or the first one. */
  async adaWrites(text: string): Promise<void> {
    const { graph } = this.scenario.world;
    const newest = graph.outbox.filter(({ to }) => to.some(({ address }) => address === ADA)).at(-1);
    const before = this.#said();
    const headers = newest === undefined ? {} : answering(newest.internetMessageId);
    const subject = newest === undefined ? "Printer jams" : "Re: Printer jams";
    this.#fromAda.push({ at: Date.now(), word: wordOf(text) });
    this.#last = (await graph.deliver(SUPPORT, mail({ subject, text, headers }))).internetMessageId;
    await until(`${text} is in Jira`, () => this.#said() > before);
  }

  async graceComments(text: string): Promise<void> {
    const { graph, store } = this.scenario.world;
    const before = graph.outbox.length;
    store.commentAs(GRACE, this.scenario.issue(), text);
    await until(`${text} is mailed: ${this.scenario.logs.slice(-5).join("\n")}`, () => graph.outbox.length > before);
  }

  async bobAnswers(text: string): Promise<void> {
    const before = this.#said();
    await this.scenario.world.graph.agentSends(SUPPORT, {
      inReplyTo: this.#last,
      to: [ADA],
      text,
      sender: "Bob Kahn <bob@example.com>",
    });
    await until(`${text} is in Jira`, () => this.#said() > before);
  }

  /** Words in the order in which Ada wrote or got them. */
  atAda(): string[] {
    const got = this.scenario.world.graph.outbox.map((sent) => ({ at: sent.sentAt, word: wordOf(textOf(sent)) }));
    // Within one millisecond: she answers what she got.
    return [...got, ...this.#fromAda].sort((a, b) => a.at - b.at).map(({ word }) => word);
  }

  /** The same in Jira, hidden comments left out. */
  inJira(): string[] {
    const issue = this.scenario.issue();
    const { store } = this.scenario.world;
    const comments = issue.comments.filter((comment) => store.isPublic(comment)).map(({ body }) =>
      this.scenario.text(body)
    );
    return [this.scenario.text(issue.description), ...comments].map(wordOf);
  }

  #said(): number {
    const [issue] = this.scenario.issues();
    return issue === undefined ? 0 : 1 + issue.comments.length;
  }
}

function wordOf(text: string): string {
  return /\b(one|two|three|four|five|six|seven|eight|nine|ten):/.exec(text)?.[1] ?? `?${text}`;
}
