/** The world beside what was sent: each mail once, in the right place, with all its files, and nothing else. */

import { SIM_MAILBOX, type SimWorld } from "../../src/app/sim_world.ts";
import type { KnownMessage } from "../../src/core/state_port.ts";
import { plainText, type SimComment, type SimIssue } from "../../src/sim/jira/mod.ts";
import type { Post, Posted } from "./post.ts";
import { bytesOf, customerAddress } from "./post.ts";
import type { People } from "./people.ts";
import { isRelay, relayProblems } from "./relays.ts";
import { JIRA_USERS, type PlannedMail, type Script, tokenOf } from "./script.ts";

export interface Problem {
  readonly kind: "lost" | "doubled" | "wrong";
  /** Number of the mail; `null`: it is about none. */
  readonly mail: number | null;
  readonly words: string;
}

export interface Compared {
  readonly script: Script;
  readonly world: SimWorld;
  readonly post: Post;
  readonly people: People;
  /** What the state knows, by immutable id. */
  readonly known: ReadonlyMap<string, KnownMessage>;
  /** When the relay was switched on, milliseconds; `null`: it is off. */
  readonly relayedSince: number | null;
}

export async function compare(all: Compared): Promise<Problem[]> {
  const found = await Found.in(all);
  const problems: Problem[] = [];
  for (const posted of all.post.posted.values()) {
    problems.push(...texts(found, posted), ...await files(all, found, posted), ...acknowledgements(all, found, posted));
    problems.push(...stateOf(all, found, posted));
  }
  problems.push(...nothingElse(all, found));
  problems.push(...relays(all, found));
  problems.push(...all.people.missing().map((words): Problem => ({ kind: "lost", mail: null, words })));
  return problems;
}

/** Where each token and each file stands. */
class Found {
  readonly descriptions = new Map<string, SimIssue[]>();
  readonly comments = new Map<string, { issue: SimIssue; comment: SimComment }[]>();
  readonly files = new Map<string, { issue: SimIssue; name: string; mediaId: string }[]>();
  /** Comments of ours that carry no mail. */
  readonly notes: { issue: SimIssue; text: string }[] = [];

  static async in({ world }: Compared): Promise<Found> {
    const found = new Found();
    const { store } = world;
    const ours = store.user("bot@example.com")!.accountId;
    for (const issue of store.issues()) {
      for (const token of tokensIn(issue.description === null ? "" : plainText(issue.description))) {
        add(found.descriptions, token, issue);
      }
      for (const comment of issue.comments.filter(({ author }) => author === ours)) {
        const text = plainText(comment.body);
        const tokens = tokensIn(text);
        for (const token of tokens) add(found.comments, token, { issue, comment });
        if (tokens.length === 0) found.notes.push({ issue, text });
      }
      for (const { bytes, filename, mediaId } of issue.attachments) {
        add(found.files, await hashOf(bytes), { issue, name: filename, mediaId });
      }
    }
    return found;
  }

  /** The issue of a conversation, the first if there are several. */
  issueOf(root: number): SimIssue | null {
    return this.descriptions.get(tokenOf(root))?.[0] ?? null;
  }
}

function texts(found: Found, { mail }: Posted): Problem[] {
  const token = tokenOf(mail.number);
  const issues = found.descriptions.get(token) ?? [];
  const comments = found.comments.get(token) ?? [];
  const places = [...issues.map(({ key }) => key), ...comments.map(({ issue }) => `a comment on ${issue.key}`)];
  const problem = (kind: Problem["kind"], words: string): Problem[] => [{ kind, mail: mail.number, words }];
  if (mail.root === null) {
    return places.length === 0 ? [] : problem("wrong", `became ${places.join(" and ")} instead of nothing`);
  }
  if (places.length === 0) return problem("lost", "is neither an issue nor a comment");
  if (places.length > 1) return problem("doubled", `is ${places.join(" and ")}`);
  if (mail.root === mail.number) return issues.length === 1 ? [] : problem("wrong", `is ${places[0]}, not an issue`);
  const wanted = found.issueOf(mail.root);
  const right = comments.length === 1 && comments[0]!.issue === wanted;
  return right ? [] : problem("wrong", `is ${places[0]}, not a comment on ${wanted?.key} (mail ${mail.root})`);
}

async function files({ script, world }: Compared, found: Found, { mail }: Posted): Promise<Problem[]> {
  if (mail.root === null) return [];
  const problems: Problem[] = [];
  const wanted = found.issueOf(mail.root);
  for (const [i, file] of mail.files.entries()) {
    const places = found.files.get(await hashOf(bytesOf(script, mail, file, i))) ?? [];
    const problem = (kind: Problem["kind"], words: string) => problems.push({ kind, mail: mail.number, words });
    if (places.length === 0) problem("lost", `its file ${i} "${file.name}" is attached nowhere`);
    else if (places.length > 1) {
      const where = places.map(({ issue, name }) => `${issue.key} "${name}"`).join(", ");
      problem("doubled", `its file ${i} is attached ${places.length} times: ${where}`);
    } else if (places[0]!.issue !== wanted) problem("wrong", `its file ${i} is on ${places[0]!.issue.key}`);
    else if (file.contentId !== null && !showsOrNames(world, found, mail, places[0]!)) {
      problem("lost", `its picture ${i} "${places[0]!.name}" is attached, but its text neither shows nor names it`);
    }
  }
  return problems;
}

/** The text shows the picture (ADF by its media id, wiki by its name) or names the file. */
function showsOrNames(
  world: SimWorld,
  found: Found,
  mail: PlannedMail,
  file: { name: string; mediaId: string },
): boolean {
  const body = mail.root === mail.number
    ? found.issueOf(mail.number)?.description
    : found.comments.get(tokenOf(mail.number))?.[0]?.comment.body;
  const text = JSON.stringify(body?.content ?? "");
  return text.includes(file.name) || (world.kind === "cloud" && text.includes(file.mediaId));
}

/** One to the sender of each new issue, with its key; none for anything else. */
function acknowledgements({ world }: Compared, found: Found, { mail, messageId, at }: Posted): Problem[] {
  const sent = world.graph.outbox.filter((one) => one.by === "client" && one.inReplyTo === messageId && !isRelay(one));
  const wanted = mail.root === mail.number ? 1 : 0;
  const problem = (kind: Problem["kind"], words: string): Problem[] => [{ kind, mail: mail.number, words }];
  if (sent.length > wanted) return problem("doubled", `was acknowledged ${sent.length} times instead of ${wanted}`);
  if (sent.length < wanted) {
    return problem("lost", `was never acknowledged (delivered at ${new Date(at).toISOString()})`);
  }
  if (wanted === 0) return [];
  const key = found.issueOf(mail.number)?.key;
  const [{ to, subject }] = sent as [typeof sent[number]];
  if (key !== undefined && !subject.includes(key)) return problem("wrong", `the acknowledgement does not name ${key}`);
  const right = to.length === 1 && to[0]!.address === customerAddress(mail.from);
  return right ? [] : problem("wrong", "the acknowledgement went to somebody else");
}

/** The state's outcome and issue are the world's. */
function stateOf({ known }: Compared, found: Found, { mail, ids }: Posted): Problem[] {
  const problem = (words: string): Problem => ({ kind: "wrong", mail: mail.number, words });
  const rows = ids.map((id) => known.get(id));
  if (rows.some((row) => row === undefined)) return [{ ...problem("is not in the state"), kind: "lost" }];
  const outcomes = rows.map((row) => row!.outcome ?? "unfinished").sort();
  const wanted = mail.root === null ? "filtered" : mail.root === mail.number ? "created" : "commented";
  const all = mail.kind === "twin" ? ["created", "filtered"] : [wanted];
  if (outcomes.join() !== all.join()) {
    return [problem(`is ${outcomes.join(" and ")} in the state, not ${all.join(" and ")}`)];
  }
  const told = rows.find((row) => row!.outcome !== "filtered")?.issue?.key;
  const key = mail.root === null ? undefined : found.issueOf(mail.root)?.key;
  return told === key ? [] : [problem(`belongs to ${told} in the state, to ${key} in Jira`)];
}

function relays({ world, people, post, relayedSince }: Compared, found: Found): Problem[] {
  const customers = new Map<string, string[]>();
  for (const { mail } of post.posted.values()) {
    const issue = mail.root === mail.number ? found.issueOf(mail.number) : null;
    if (issue !== null) customers.set(issue.id, [mail.from, ...mail.cc].map(customerAddress));
  }
  const customersOf = (issueId: string) => customers.get(issueId) ?? [];
  return relayProblems({ world, people, customersOf, since: relayedSince ?? Infinity });
}

function nothingElse({ world, script, post }: Compared, found: Found): Problem[] {
  const problems: Problem[] = [];
  const problem = (kind: Problem["kind"], words: string) => problems.push({ kind, mail: null, words });
  const { store, graph } = world;
  const roots = script.mails.filter(({ number, root }) => root === number && post.posted.has(number));
  const untitled = store.issues().filter(({ description }) =>
    description === null || tokensIn(plainText(description)).length === 0
  );
  for (const { key } of untitled) problem("wrong", `${key} carries no mail`);
  const sent = roots.flatMap(({ number }) => script.mails.filter(({ root }) => root === number)).filter(({ number }) =>
    post.posted.has(number)
  );
  const wanted = sent.reduce((sum, { files }) => sum + files.length, 0);
  const attached = store.issues().reduce((sum, { attachments }) => sum + attachments.length, 0);
  if (attached > wanted) problem("doubled", `${attached} files are attached, ${wanted} were sent`);
  for (const { issue, text } of found.notes) problem("wrong", `on ${issue.key} it says: ${text.slice(0, 200)}`);
  const drafts = graph.messages(SIM_MAILBOX, "drafts");
  if (drafts.length > 0) {
    problem(
      "wrong",
      `${drafts.length} drafts are left: ${drafts.map((d) => d.subject).join("; ")}`,
    );
  }
  const known = new Set([...post.posted.values()].map(({ messageId }) => messageId));
  for (const one of graph.outbox) {
    const { by, inReplyTo, subject } = one;
    if (by === "client" && !isRelay(one) && (inReplyTo === null || !known.has(inReplyTo))) {
      problem("wrong", `"${subject}" was sent to nobody's mail`);
    }
  }
  for (const mail of roots) {
    const issue = found.issueOf(mail.number);
    for (const watcher of mail.cc.filter((number) => number < JIRA_USERS)) {
      const user = store.user(customerAddress(watcher))!;
      if (issue !== null && !issue.watchers.has(user.accountId)) {
        problems.push({ kind: "lost", mail: mail.number, words: `${user.emailAddress} does not watch ${issue.key}` });
      }
    }
  }
  return problems;
}

function tokensIn(text: string): string[] {
  return [...new Set(text.match(/tok\d+q/g) ?? [])];
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
