/** The configuration: every problem, and those parts of it that are sound all the same. */

import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/environment.ts";
import type { Flags } from "../../config/layers.ts";
import { loadConfig, type Needs } from "../../config/load.ts";
import { ConfigError, type ConfigProblem } from "../../core/errors.ts";
import { EXIT } from "../exit_codes.ts";
import { loadTemplates } from "../templates.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";
import { sentence } from "./failure.ts";

/** `null` for a part that is missing or wrong. */
export interface ExaminedConfiguration {
  readonly checks: readonly DoctorCheck[];
  readonly state: Config | null;
  readonly graph: Config | null;
  readonly jira: Config | null;
}

const ALONE = { graph: false, jira: false, state: false, mail: false } as const;

export function examineConfiguration(flags: Flags, environment: Environment): ExaminedConfiguration {
  const load = (needs: Needs) => attempt(() => loadConfig({ flags, needs }, environment));
  const whole = withTemplates(load({ graph: true, jira: true, state: true }));
  const part = (needs: Partial<Needs>) => whole.config ?? load({ ...ALONE, ...needs }).config;
  return {
    checks: whole.config === null ? whole.problems.map(problemCheck) : [complete(whole.config)],
    state: part({ state: true }),
    graph: part({ graph: true }),
    jira: part({ jira: true }),
  };
}

type Attempt = { readonly config: Config } | { readonly config: null; readonly problems: readonly ConfigProblem[] };

function attempt(load: () => Config): Attempt {
  try {
    return { config: load() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, problems: error.problems };
  }
}

/** Templates are read at the start too, and are as much a part of the configuration. */
function withTemplates(attempted: Attempt): Attempt {
  const folder = attempted.config?.mail.templatesDirectory ?? null;
  const read = attempt(() => {
    loadTemplates(folder);
    return attempted.config!;
  });
  return read.config === null && attempted.config !== null ? read : attempted;
}

function problemCheck({ name, problem }: ConfigProblem): DoctorCheck {
  const isVariable = /^[A-Z][A-Z0-9_]*$/.test(name);
  const remedy = isVariable
    ? `Set ${name} in the environment or in the .env file; .env.example shows every variable.`
    : `Correct ${name}.`;
  return failed("configuration", { detail: sentence(`${name}: ${problem}`), remedy, code: EXIT.usage }, name);
}

function complete({ warnings, mailboxes, jira }: Config): DoctorCheck {
  const detail = `Complete: ${mailboxes.join(", ")} to ${jira?.url ?? "Jira"}.`;
  if (warnings.length === 0) return passed("configuration", detail);
  return passed("configuration", [detail, ...warnings].join(" "), "Correct or remove what these sentences name.");
}
