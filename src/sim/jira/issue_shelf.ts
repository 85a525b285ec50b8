/** All issues, found by what they are called and by what belongs to them. */

import type { SimAttachment, SimComment, SimIssue } from "./types.ts";

export class IssueShelf {
  readonly #issues = new Map<string, SimIssue>();
  /** Present and former keys. */
  readonly #keys = new Map<string, SimIssue>();

  /** Oldest first. */
  all(): SimIssue[] {
    return [...this.#issues.values()];
  }

  /** By id or key (any case, also a key it had before it was moved); `null` if there is none. */
  find(idOrKey: string): SimIssue | null {
    return this.#issues.get(idOrKey) ?? this.#keys.get(idOrKey.toUpperCase()) ?? null;
  }

  /** Throws if there is none. */
  must(issue: SimIssue | string): SimIssue {
    const found = this.find(typeof issue === "string" ? issue : issue.id);
    if (found === null) {
      throw new Error(`No such issue in the simulated Jira: "${typeof issue === "string" ? issue : issue.key}"`);
    }
    return found;
  }

  add(issue: SimIssue): void {
    this.#issues.set(issue.id, issue);
    this.#keys.set(issue.key, issue);
  }

  remove(issue: SimIssue): void {
    this.#issues.delete(issue.id);
    for (const key of [issue.key, ...issue.formerKeys]) this.#keys.delete(key);
  }

  /** The old key goes on leading to it. */
  rename(issue: SimIssue, key: string): void {
    issue.formerKeys.push(issue.key);
    issue.key = key;
    this.#keys.set(key, issue);
  }

  /** The comment and its issue, by the comment's id. */
  comment(id: string): { readonly issue: SimIssue; readonly comment: SimComment } | null {
    for (const issue of this.#issues.values()) {
      const comment = issue.comments.find((candidate) => candidate.id === id);
      if (comment !== undefined) return { issue, comment };
    }
    return null;
  }

  /** By id, or by the media id of Cloud. */
  attachment(id: string): { readonly issue: SimIssue; readonly attachment: SimAttachment } | null {
    for (const issue of this.#issues.values()) {
      const attachment = issue.attachments.find((candidate) => candidate.id === id || candidate.mediaId === id);
      if (attachment !== undefined) return { issue, attachment };
    }
    return null;
  }
}
