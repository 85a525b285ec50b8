/** What every step of a delivery has at hand. */

import type { Clock } from "../core/clock.ts";
import type { Gap, State } from "../core/state_port.ts";
import type { GraphClient } from "../graph/client.ts";
import type { JiraClient, Myself } from "../jira/client.ts";
import type { EffectEngine, Hold } from "./effects.ts";
import type { People } from "./people.ts";
import type { ReplyTokens } from "./reply_tokens.ts";
import type { PipelineSettings } from "./settings.ts";
import type { Uploader } from "./uploader.ts";

/** Long-lived parts, made once. */
export interface Parts {
  readonly state: State;
  readonly graph: GraphClient;
  readonly jira: JiraClient;
  readonly clock: Clock;
  readonly settings: PipelineSettings;
  readonly engine: EffectEngine;
  readonly people: People;
  readonly uploader: Uploader;
  /** Jira's own user: who our issues and comments are by. */
  readonly ourJira: Myself;
  /** Bytes that Jira takes for one file, `null` if attachments are off. Remembered. */
  uploadLimit(signal: AbortSignal): Promise<number | null>;
  /** Looks at an issue (id or key) for comments to be mailed; what is found is stored before it returns. */
  noticeIssue(issue: string, signal: AbortSignal): Promise<void>;
  /** By which answers to our mail are recognised. */
  readonly tokens: ReplyTokens;
  /** The text of the acknowledgement. */
  acknowledgement(facts: AcknowledgementFacts): { html: string; text?: string; subject?: string };
  readonly log: PipelineLog;
  /** After a restore: mail received before its end may have been handled already, and is looked for before it is written. */
  readonly gap: Gap | null;
}

export interface AcknowledgementFacts {
  readonly key: string;
  readonly url: string;
  readonly subject: string;
  readonly name: string;
}

/** Log lines of the pipeline: ids, keys, counts; never subjects, bodies, names of files. */
export interface PipelineLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  debug(message: string, fields?: Record<string, unknown>): void;
}

/** Steps by their names in `failed list`. */
export type Step =
  | "fetch-message"
  | "decide"
  | "create-issue"
  | "add-comment"
  | "upload-attachments"
  | "place-pictures"
  | "add-watchers"
  | "acknowledge";

/** A worker's hold on one delivery, with the step it is at. */
export interface StepHold extends Hold {
  step: Step;
}
