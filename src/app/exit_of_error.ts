import { ConfigError, HttpError, NetworkError, StateError } from "../core/errors.ts";
import { classify } from "../pipeline/classify.ts";
import { EXIT, worstExit } from "./exit_codes.ts";

/** Answers by which a server says "later" without 429 or 5xx. */
const LATER: ReadonlySet<number> = new Set([408, 423, 425, 429, 499]);

/** Troubles of the state file that pass: it is locked, or the disk is full. */
const PASSING: ReadonlySet<StateError["kind"]> = new Set(["busy", "full"]);

/** The exit code of an error that ended a command. What counts as refused credentials is the pipeline's own verdict. */
export function exitOfError(error: unknown): number {
  if (error instanceof AggregateError && error.errors.length > 0) return worstExit(error.errors.map(exitOfError));
  if (error instanceof ConfigError) return EXIT.usage;
  if (error instanceof StateError) return PASSING.has(error.kind) ? EXIT.temporary : EXIT.usage;
  const asked = classify(error);
  if (asked.kind === "pause" && asked.reason === "credentials") return EXIT.credentials;
  // A certificate that is not trusted does not become trusted by waiting.
  if (error instanceof NetworkError) return error.reason === "tls" ? EXIT.unexpected : EXIT.temporary;
  if (error instanceof HttpError && (error.status >= 500 || LATER.has(error.status))) return EXIT.temporary;
  return EXIT.unexpected;
}
