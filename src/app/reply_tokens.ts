/** The reply tokens of this installation. */

import type { Config } from "../config/config.ts";
import { newTokenSecret, ReplyTokens } from "../pipeline/reply_tokens.ts";
import type { FileState } from "../state/open.ts";

const REPLY_TOKEN_SECRET = "reply-token-secret";

/** The secret is that of the configuration, or one that is made once and kept in the state. */
export async function replyTokensFor(config: Config, state: FileState): Promise<ReplyTokens> {
  return new ReplyTokens(
    config.replyTokenSecret?.reveal() ?? await state.settingOr(REPLY_TOKEN_SECRET, newTokenSecret),
  );
}

/** As {@link replyTokensFor}, without making a secret; `null` if there is none, and so no token of ours. */
export async function knownReplyTokensFor(config: Config, state: FileState): Promise<ReplyTokens | null> {
  const secret = config.replyTokenSecret?.reveal() ?? await state.setting(REPLY_TOKEN_SECRET);
  return secret === null ? null : new ReplyTokens(secret);
}
