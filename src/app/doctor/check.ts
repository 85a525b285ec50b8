/** One finding of `doctor`. */

import { EXIT } from "../exit_codes.ts";

/** Exit code of a check: 0, 2 (our configuration), 3 (rights and credentials), 1 (everything else). */
export type CheckCode = typeof EXIT.done | typeof EXIT.unexpected | typeof EXIT.usage | typeof EXIT.credentials;

export interface DoctorCheck {
  /** Stable, kebab-case; the same for every mailbox and project. */
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to click or set; empty if there is nothing to do. Also set where `ok` holds but something can be improved. */
  readonly remedy: string;
  readonly code: CheckCode;
  /** The mailbox, project or variable that it is about; `null`: the whole. */
  readonly about: string | null;
}

/** What was wrong. */
export interface Finding {
  readonly detail: string;
  readonly remedy: string;
  readonly code: CheckCode;
}

/** `remedy`: what could be better. */
export function passed(check: string, detail: string, remedy = "", about: string | null = null): DoctorCheck {
  return { check, ok: true, detail, remedy, code: EXIT.done, about };
}

export function failed(check: string, { detail, remedy, code }: Finding, about: string | null = null): DoctorCheck {
  return { check, ok: false, detail, remedy, code, about };
}

/** For what could not be looked at because of `cause`: one that failed itself, not one that was not run. */
export function notRun(check: string, cause: DoctorCheck, about: string | null = null): DoctorCheck {
  return {
    check,
    ok: false,
    detail: `Not checked, because ${cause.check} failed.`,
    remedy: `Solve ${cause.check} first.`,
    code: cause.code,
    about,
  };
}
