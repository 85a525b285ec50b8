/**
 * Whether Jira accepts our credential. It does not always say so: a refused one may look like 404 or an empty list, and
 * a 401 may be about something else. Where an answer leaves it open, `myself` is asked.
 */

import type { Clock } from "../core/clock.ts";
import { HttpError, NetworkError } from "../core/errors.ts";
import type { HttpAnswer, HttpRequest } from "../core/http_port.ts";
import { httpErrorFrom } from "../http/errors.ts";
import { basicIsOff, credentialShown, lacksScope, loginOf } from "./credential_signs.ts";

type Verdict = "accepted" | "refused" | "unknown";

export interface JudgeOptions {
  readonly clock: Clock;
  /** Whether the credential is Basic. */
  readonly basic: boolean;
  /** Asks `myself`. */
  ask(): Promise<HttpAnswer>;
}

/** How long the proof that the credential is accepted counts for a 403 or 404. */
const PROOF_MS = 60_000;

const CHECK_CREDENTIAL =
  "Jira does not accept the credential: check JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN; tokens expire";
const MISSING_SCOPE = "The API token lacks a scope: make one with read:jira-work, write:jira-work and read:jira-user " +
  "(and for boards read:board-scope:jira-software, read:project:jira)";
const BASIC_IS_OFF = "Basic authentication is switched off: put a personal access token into JIRA_PLATFORM_TOKEN and " +
  "leave JIRA_PLATFORM_USER empty";

export class CredentialJudge {
  /** Our own login name (Server), once `myself` told it. */
  login: string | null = null;
  #provenAt = -Infinity;
  #asking: Promise<Verdict> | null = null;

  constructor(private readonly options: JudgeOptions) {}

  /** Remembers what the answer proves. */
  note(answer: HttpAnswer, isMyself: boolean): void {
    const shown = credentialShown(answer);
    if (shown === "accepted" || shown === "unclear" && isMyself && isProfile(answer)) {
      this.#provenAt = this.options.clock.now();
    }
  }

  /** The error of a success that was meant for somebody else (Server names whom it answers), `null` for ours. */
  strangersAnswer(http: HttpRequest, answer: HttpAnswer): HttpError | null {
    const login = loginOf(answer);
    if (login === null || this.login === null || login === this.login.toLowerCase()) return null;
    const error = httpErrorFrom(http, answer, this.options.clock.now());
    return refused(error, `Jira answered as another user than ${this.login}: check what stands between us and Jira`);
  }

  /** The error that an answer is, with the question of the credential decided where it can be. */
  async error(http: HttpRequest, answer: HttpAnswer, isMyself: boolean): Promise<HttpError> {
    const error = httpErrorFrom(http, answer, this.options.clock.now());
    if (this.options.basic && basicIsOff(answer)) return refused(error, BASIC_IS_OFF);
    if (lacksScope(answer)) return refused(error, MISSING_SCOPE);
    const shown = credentialShown(answer);
    // A page in place of the answer, but shown to us: not about the credential.
    if (shown === "accepted" && error.credentialsRefused) return accepted(error);
    if (shown !== "unclear" || ![401, 403, 404].includes(answer.status)) return error;
    if (isMyself) return answer.status === 403 ? refused(error, CHECK_CREDENTIAL) : error;
    const verdict = answer.status === 401 ? await this.#verdict() : await this.#recentVerdict();
    if (verdict === "refused") return refused(error, CHECK_CREDENTIAL);
    return verdict === "accepted" && error.credentialsRefused ? accepted(error) : error;
  }

  async #recentVerdict(): Promise<Verdict> {
    if (this.options.clock.now() - this.#provenAt < PROOF_MS) return "accepted";
    return await this.#verdict();
  }

  /** Several that ask at once share the answer, so nobody's signal ends it. */
  #verdict(): Promise<Verdict> {
    this.#asking ??= this.#askMyself().finally(() => this.#asking = null);
    return this.#asking;
  }

  async #askMyself(): Promise<Verdict> {
    try {
      const answer = await this.options.ask();
      this.note(answer, true);
      if (credentialShown(answer) === "refused" || answer.status === 401 || answer.status === 403) return "refused";
      return isProfile(answer) ? "accepted" : "unknown";
    } catch (error) {
      if (error instanceof NetworkError) return "unknown";
      throw error;
    }
  }
}

function isProfile({ status, headers }: HttpAnswer): boolean {
  return status === 200 && /json/i.test(headers.get("content-type") ?? "");
}

function refused(error: HttpError, remedy: string): HttpError {
  return new HttpError({ ...error, credentialsRefused: true, remedy });
}

function accepted(error: HttpError): HttpError {
  return new HttpError({ ...error, credentialsRefused: false, remedy: undefined });
}
