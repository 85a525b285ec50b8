/** What the first run of a delivery had decided, when a later one goes on with it. */

import type { IssueRef } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { Effect } from "../core/state_port.ts";
import { type Decision, issueDecision } from "./decide.ts";
import type { PipelineSettings } from "./settings.ts";

/** What the stored effects say was decided before: filters and votes are not asked again, for the world has changed. */
export type Resumption =
  | { readonly outcome: "created"; readonly linkTo: IssueRef | null }
  | { readonly outcome: "commented"; readonly issueId: string };

/** What every effect of ours carries for this purpose. */
interface Carried {
  readonly mode?: "issue" | "comment" | "note";
  readonly issueId?: string;
  readonly linkTo?: IssueRef | null;
}

/** `null`: nothing was written yet. */
export function resumption(effects: readonly Effect[]): Resumption | null {
  const carried = effects.map((effect) => effect.carried as Carried);
  const opened = carried.find(({ mode }) => mode === "issue");
  if (opened !== undefined) return { outcome: "created", linkTo: opened.linkTo ?? null };
  const issueId = carried.find(({ mode }) => mode === "comment")?.issueId;
  return issueId === undefined ? null : { outcome: "commented", issueId };
}

/** The decision of the first run, if there was one. */
export function settle(
  decision: Decision,
  { resumed, message }: { readonly resumed?: Resumption; readonly message: Message },
  settings: PipelineSettings,
): Decision {
  if (resumed === undefined || resumed.outcome === decision.outcome) {
    if (resumed?.outcome !== "commented" || decision.outcome !== "commented" || decision.issueId === resumed.issueId) {
      return decision;
    }
  }
  const { considered } = decision;
  if (resumed.outcome === "created") return { ...issueDecision(message, settings, considered), considered };
  return {
    outcome: "commented",
    reason: "belongs to a known conversation",
    issueId: resumed.issueId,
    issueKey: "",
    agent: message.folder === "sentitems",
    considered,
  };
}
