/** People who work on the issues while the program does: what they wrote must stay as they wrote it. */

import type { SimWorld } from "../../src/app/sim_world.ts";
import type { AdfDocument } from "../../src/core/jira.ts";
import { plainText, type SimIssue } from "../../src/sim/jira/mod.ts";
import { routeOf } from "./kills.ts";
import type { Deed } from "./script.ts";

const PERSON = "agent.smith@example.com";
/** A person does not save a text in the moment between our reading it and our writing it (`docs/delivery.md`). */
const HANDS_OFF_MS = 2500;

export class People {
  readonly done: { readonly words: string; readonly issueId: string; readonly deed: Deed["kind"] }[] = [];
  #summaries = new Map<string, string>();
  #comments = new Map<string, { readonly issueId: string; readonly texts: string[]; readonly at: number }>();
  #descriptions = new Map<string, string[]>();
  #count = 0;

  constructor(private readonly world: SimWorld) {
    world.store.createUser({ displayName: "Agent Smith", emailAddress: PERSON });
  }

  /** Returns whether there was something to do it to. */
  do({ kind, which }: Deed): boolean {
    const { store } = this.world;
    const issues = store.issues();
    const issue = issues[Math.min(issues.length - 1, Math.floor(which * issues.length))];
    if (issue === undefined) return false;
    const words = `person${++this.#count}wrote`;
    switch (kind) {
      case "comment": {
        const { id } = store.commentAs(PERSON, issue, words);
        this.#comments.set(id, { issueId: issue.id, texts: [words], at: Date.now() });
        break;
      }
      case "edit-comment": {
        const mine = [...this.#comments].find(([, { issueId }]) => issueId === issue.id);
        if (mine === undefined) return false;
        store.editComment(issue, mine[0], words, PERSON);
        mine[1].texts.push(words);
        break;
      }
      case "summary":
        store.editIssue(issue, { summary: words });
        this.#summaries.set(issue.id, words);
        break;
      case "description":
        if (this.#isBeingEdited(issue)) return false;
        append(this.world, issue, words);
        this.#descriptions.set(issue.id, [...this.#descriptions.get(issue.id) ?? [], words]);
        break;
    }
    this.done.push({ words, issueId: issue.id, deed: kind });
    return true;
  }

  /** Their comments: every text that each had, the first first, and when it was made. */
  comments(): { readonly issueId: string; readonly texts: readonly string[]; readonly at: number }[] {
    return [...this.#comments.values()];
  }

  /** What of their work is not there any more, in words. */
  missing(): string[] {
    const { store } = this.world;
    const lost: string[] = [];
    for (const [id, { issueId, texts }] of this.#comments) {
      const text = texts.at(-1)!;
      const found = store.comment(id);
      if (found === null || plainText(found.comment.body).trim() !== text) {
        lost.push(`comment ${id} of a person on ${store.issue(issueId)?.key} is not "${text}" any more`);
      }
    }
    for (const [id, summary] of this.#summaries) {
      const issue = store.issue(id);
      if (issue?.summary !== summary) lost.push(`the summary that a person gave ${issue?.key} is "${issue?.summary}"`);
    }
    for (const [id, all] of this.#descriptions) {
      const issue = store.issue(id);
      const text = issue?.description == null ? "" : plainText(issue.description);
      for (const words of all) {
        if (!text.includes(words)) lost.push(`"${words}", written by a person into ${issue?.key}, is gone`);
      }
    }
    return lost;
  }

  #isBeingEdited(issue: SimIssue): boolean {
    const since = Date.now() - HANDS_OFF_MS;
    const { entries } = this.world.jira.journal;
    const named = new RegExp(`/issue/(${issue.id}|${issue.key})$`);
    for (let i = entries.length - 1; i >= 0 && entries[i]!.at >= since; i--) {
      const { method, path } = entries[i]!;
      if (named.test(path) && ["issue", "edit issue"].includes(routeOf("jira", method, path))) return true;
    }
    return false;
  }
}

function append({ store }: SimWorld, issue: SimIssue, words: string): void {
  const { description } = issue;
  if (description?.format === "adf") {
    const paragraph = { type: "paragraph", content: [{ type: "text", text: words }] };
    const content: AdfDocument = { ...description.content, content: [...description.content.content, paragraph] };
    store.editIssue(issue, { description: { format: "adf", content } });
  } else {
    store.editIssue(issue, { description: { format: "wiki", content: `${description?.content ?? ""}\n\n${words}` } });
  }
}
