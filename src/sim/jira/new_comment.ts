/** A comment by a person, and whom it is for. */

import type { RichText } from "../../core/jira.ts";
import type { SimComment, SimVisibility } from "./types.ts";

/** `internal` sets Jira Service Management's `sd.public.comment`. */
export interface CommentOptions {
  readonly internal?: boolean;
  readonly visibility?: SimVisibility;
}

export function commentFrom(
  { id, author, body, now }: {
    readonly id: string;
    /** accountId; `null` for anonymous. */
    readonly author: string | null;
    readonly body: RichText;
    readonly now: number;
  },
  options: CommentOptions,
): SimComment {
  const comment: SimComment = {
    id,
    author,
    updateAuthor: author,
    body,
    created: now,
    updated: now,
    visibility: options.visibility ?? null,
    properties: new Map(),
  };
  if (options.internal !== undefined) comment.properties.set("sd.public.comment", { internal: options.internal });
  return comment;
}

/** Whether customers see it: no internal flag and no restriction. */
export function isPublic(comment: SimComment): boolean {
  const flag = comment.properties.get("sd.public.comment") as { internal?: unknown } | undefined;
  return !(flag?.internal === true || flag?.internal === "true") && comment.visibility === null;
}
