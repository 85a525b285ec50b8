/** Learning what happened in Jira: one bounded search, then the comments of the tracked issues it names. */

import { isoTime } from "../core/clock.ts";
import type { RelayNotice, TrackedIssue } from "../core/state_port.ts";
import type { JiraComment, UpdatedIssue } from "../jira/client.ts";
import { classify } from "./classify.ts";
import { hiddenReason, isOurs } from "./relaying_judge.ts";
import type { RelayParts } from "./relaying.ts";

/** When the relay was switched on: what is older is never mailed. Forgotten while it is off. */
const COMMENTS_SINCE = "relay-since";
/** The same for notices of status. */
const STATUS_SINCE = "status-notice-since";
/** What was changed before this was noticed. */
const NOTICED_SETTING = "relay-noticed-at";
/** Search tells minutes, its index lags behind, and the clocks of two machines differ. */
const OVERLAP_MS = 10 * 60 * 1000;
const MINUTE_MS = 60_000;
/** Projects of tracked issues are asked of the state this often. */
const PROJECTS_KEPT_MS = 10 * 60 * 1000;

export class Noticing {
  /** Issue id → the change up to which its comments were read. */
  readonly #read = new Map<string, string>();
  #projects: { readonly keys: readonly string[]; readonly until: number } | null = null;

  constructor(private readonly parts: RelayParts) {}

  /** Notices what was changed since the last time (`minutes`: at least so far back). Returns how much was new. */
  async poll(signal: AbortSignal, minutes = 0): Promise<number> {
    const { state, jira, clock } = this.parts;
    const startedAt = clock.now();
    const since = await this.#switchedOn();
    const noticed = Date.parse(await state.setting(NOTICED_SETTING) ?? isoTime(startedAt));
    const from = Math.min(startedAt - minutes * MINUTE_MS, noticed - OVERLAP_MS);
    const back = Math.ceil((startedAt - from) / MINUTE_MS) + 1;
    const found = await jira.updatedIssues(await this.#places(signal), back, signal);
    if (minutes > 0) this.#read.clear();
    const tracked = await state.trackedIssues(found.map(({ id }) => id));
    let count = 0;
    let failure: unknown = null;
    for (const issue of found.toReversed()) {
      const known = tracked.get(issue.id);
      if (known === undefined || (issue.updatedAt !== null && this.#read.get(issue.id) === issue.updatedAt)) continue;
      try {
        count += await this.#lookAt(known, Math.max(since.comments, from - OVERLAP_MS), signal);
        count += await this.#status(issue, known, since.status);
        if (issue.updatedAt !== null) this.#read.set(issue.id, issue.updatedAt);
      } catch (error) {
        // One issue does not hold up the others; but what was not read stays to be read.
        if (signal.aborted || !isOfOneIssue(error)) throw error;
        failure ??= error;
      }
    }
    const named = new Set(found.map(({ id }) => id));
    for (const id of this.#read.keys()) if (!named.has(id)) this.#read.delete(id);
    if (failure !== null) throw failure;
    await state.setSetting(NOTICED_SETTING, isoTime(startedAt));
    return count;
  }

  /** A doorbell about one issue, by its id or key. */
  async lookAtIssue(idOrKey: string, signal: AbortSignal): Promise<number> {
    const { state, jira, clock } = this.parts;
    const issue = await jira.issue(idOrKey, signal);
    const known = issue === null ? undefined : (await state.trackedIssues([issue.ref.id])).get(issue.ref.id);
    if (issue === null || known === undefined) return 0;
    const since = await this.#switchedOn();
    const recent = await this.#lookAt(known, Math.max(since.comments, clock.now() - DOORBELL_MS), signal);
    const resolved = issue.statusCategory === "done" || issue.resolvedAt !== null;
    return recent + await this.#status({ ...issue.ref, ...issue, resolved }, known, since.status);
  }

  /** When comments and notices of status were switched on, milliseconds; fixed by the first call. */
  async #switchedOn(): Promise<{ readonly comments: number; readonly status: number }> {
    const { state, settings: { relay } } = this.parts;
    const of = async (name: string, on: boolean) => {
      if (!on) await forget(state, name);
      return on ? Date.parse(await state.setting(name) || await this.#begin(name)) : Infinity;
    };
    return {
      comments: await of(COMMENTS_SINCE, relay.which !== "off"),
      status: await of(STATUS_SINCE, relay.statusNotice),
    };
  }

  async #begin(name: string): Promise<string> {
    const now = isoTime(this.parts.clock.now());
    await this.parts.state.setSetting(name, now);
    return now;
  }

  async #places(signal: AbortSignal): Promise<readonly string[]> {
    const { state, clock, settings, places } = this.parts;
    if (this.#projects === null || this.#projects.until < clock.now()) {
      const ours = [...settings.boards, ...Object.values(settings.mailboxBoards), settings.defaultTarget];
      const all = [...ours.map(({ project }) => project), ...await state.trackedProjects()];
      this.#projects = { keys: await places.visible(all, signal), until: clock.now() + PROJECTS_KEPT_MS };
    }
    return this.#projects.keys;
  }

  async #lookAt({ issue }: TrackedIssue, from: number, signal: AbortSignal): Promise<number> {
    const { state, jira, settings, ourJira, places } = this.parts;
    if (settings.relay.which === "off") return 0;
    const comments = await jira.commentsSince(issue.id, isoTime(from), signal);
    const others = comments.filter((comment) => !isOurs(comment, ourJira.user.id)).toReversed();
    if (others.length === 0) return 0;
    const serviceDesk = await places.isServiceDesk(issue.key.replace(/-\d+$/, ""), signal);
    const facts = { kind: jira.kind, ourId: ourJira.user.id, serviceDesk };
    return await state.noticeRelays(others.map((comment) => {
      const hidden = hiddenReason(comment, facts);
      return this.#notice(issue.id, comment, hidden);
    }));
  }

  /** What is hidden when it is first seen is never mailed, whatever becomes of it later. */
  #notice(issueId: string, comment: JiraComment, hidden: string | null): RelayNotice {
    const { clock, settings: { relay } } = this.parts;
    const now = clock.now();
    return {
      kind: "comment",
      subjectId: comment.id,
      issueId,
      notBefore: Math.min(now + relay.delayMs, Math.max(now, Date.parse(comment.updatedAt) + relay.delayMs)),
      ...(hidden === null ? {} : { skipped: hidden }),
    };
  }

  async #status(
    { id, updatedAt, resolved, resolvedAt }: UpdatedIssue,
    known: TrackedIssue,
    since: number,
  ): Promise<number> {
    const { state, clock, settings: { relay } } = this.parts;
    if (known.resolved === resolved) return 0;
    const at = resolved ? resolvedAt ?? updatedAt : updatedAt;
    const notice = {
      issueId: id,
      subjectId: `${id}@${at ?? isoTime(clock.now())}`,
      notBefore: clock.now() + relay.delayMs,
    };
    // The first look tells how things are, not what changed; but what was resolved since we look has changed.
    const told = known.resolved === null ? (resolved ? resolvedAt : null) : at;
    const changed = told !== null && Date.parse(told) >= since;
    const count = relay.statusNotice && changed
      ? await state.noticeRelays([{ ...notice, kind: resolved ? "resolved" : "reopened" }])
      : 0;
    await state.setResolved(id, resolved);
    return count;
  }
}

/** Not of Jira as a whole: the next issue may be answered. */
function isOfOneIssue(error: unknown): boolean {
  const { kind } = classify(error);
  return kind === "fault" || kind === "transient";
}

/** How far back a doorbell looks: webhooks come up to half an hour late, and then the search has been there. */
const DOORBELL_MS = 60 * 60 * 1000;

/** When the relay of comments was switched on, milliseconds; `null`: it is off. */
export async function relayedSince(state: Pick<Settings, "setting">): Promise<number | null> {
  const stored = await state.setting(COMMENTS_SINCE);
  return stored ? Date.parse(stored) : null;
}

/** Nothing is mailed in this run: when it is switched on again, what happened meanwhile stays unsaid. */
export async function switchedOff(state: Settings): Promise<void> {
  for (const name of [COMMENTS_SINCE, STATUS_SINCE]) await forget(state, name);
}

type Settings = Pick<RelayParts["state"], "setting" | "setSetting">;

async function forget(state: Settings, name: string): Promise<void> {
  if (await state.setting(name)) await state.setSetting(name, "");
}
