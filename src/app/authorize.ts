/** `authorize`: obtains a token, stores it in the state, and proves that it opens the mailbox. */

import type { Config } from "../config/config.ts";
import { isoTime } from "../core/clock.ts";
import { CredentialsError, HttpError } from "../core/errors.ts";
import type { TokenProvider } from "../auth/provider.ts";
import { EXIT } from "./exit_codes.ts";
import { graphFor, httpFor, stateFor, tokensFor } from "./runtime.ts";

export interface AuthorizeOptions {
  /** Overrides `O365_GRANT_TYPE`. */
  readonly grantType: "client-credentials" | "authorization-code" | "device-code" | null;
  ask(prompt: string): Promise<string>;
  write(line: string): void;
  readonly signal: AbortSignal;
}

/** Throws `CredentialsError` or `ConfigError` with a sentence that says what to click. */
export async function authorize(config: Config, options: AuthorizeOptions): Promise<number> {
  if (config.graph === null) throw new TypeError("Graph must be configured");
  const state = await stateFor(config);
  const http = httpFor(config);
  try {
    const graphConfig = { ...config.graph, grantType: options.grantType ?? config.graph.grantType };
    const tokens = tokensFor(graphConfig, http, state);
    const before = await storedToken(tokens);
    if (before !== null) options.write("Account already authorized.");
    else await signIn(tokens, config.mailboxes[0] ?? "", options);
    const { expiresAt } = await tokens.token();
    const graph = graphFor(graphConfig, http, tokens);
    for (const mailbox of config.mailboxes) {
      await readable(() => graph.mailFolder(mailbox, "inbox", options.signal), mailbox);
      options.write(`Authorized for ${mailbox} until ${isoTime(expiresAt)}; it is renewed by itself.`);
    }
    return EXIT.done;
  } finally {
    http.close();
    await state.close();
  }
}

/** A delegated grant's token from an earlier sign-in, `null` if there is none that works. */
async function storedToken(tokens: TokenProvider) {
  if (tokens.grantType === "client-credentials") return null;
  try {
    return await tokens.token();
  } catch (error) {
    if (error instanceof CredentialsError) return null;
    throw error;
  }
}

async function signIn(tokens: TokenProvider, mailbox: string, options: AuthorizeOptions): Promise<void> {
  switch (tokens.grantType) {
    case "client-credentials":
      await tokens.token();
      return;
    case "device-code":
      await tokens.signInByDevice(({ message }) => options.write(message), undefined, options.signal);
      return;
    case "authorization-code": {
      const pending = await tokens.authorizationUrl(mailbox);
      options.write("Visit the following url to give consent:");
      options.write(pending.url);
      await tokens.redeem(await options.ask("Paste the authenticated url here:"), pending);
    }
  }
}

async function readable(read: () => Promise<unknown>, mailbox: string): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof HttpError) || ![403, 404].includes(error.status)) throw error;
    throw new CredentialsError("graph", `The token does not open ${mailbox}: ${error.message}`, { cause: error });
  }
}
