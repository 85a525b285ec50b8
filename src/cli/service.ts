import { EXIT } from "../app/exit_codes.ts";
import { installService, printService, type ServiceOptions, serviceStatus, uninstallService } from "../app/service.ts";
import { systemEnvironment } from "../config/system_environment.ts";
import { beginLogging } from "./context.ts";
import { writeJson, writeLine, writeText } from "./output.ts";
import type { Session } from "./session.ts";

export interface ServicePlaceOptions {
  readonly user?: true | undefined;
  readonly directory?: string | undefined;
  readonly program?: string | undefined;
  readonly account?: string | undefined;
}

/** `service print <system>`: what would be installed, on stdout. */
export function runServicePrint(
  session: Session,
  system: "systemd" | "windows" | "launchd",
  options: ServicePlaceOptions & { readonly job: "listener" | "backfill" },
): Promise<number> {
  beginLogging(session);
  writeText(printService(system, options.job, placeOf(session, options)));
  return Promise.resolve(EXIT.done);
}

/** `service install`. */
export async function runServiceInstall(session: Session, options: ServicePlaceOptions): Promise<number> {
  const logging = beginLogging(session);
  const { lines, asRoot } = await installService(placeOf(session, options));
  for (const line of lines) writeLine(line);
  if (asRoot) {
    logging.warn(
      "The service runs as root, which it does not need: install it with --account and an account that owns the .env and " +
        "the folder of the state.",
    );
  }
  return EXIT.done;
}

/** `service uninstall`. */
export async function runServiceUninstall(
  session: Session,
  { user }: Pick<ServicePlaceOptions, "user">,
): Promise<number> {
  beginLogging(session);
  const lines = await uninstallService({ user: user === true, environment: systemEnvironment() });
  for (const line of lines) writeLine(line);
  writeLine(lines.length === 0 ? "Nothing is installed." : "Settings and state are where they were.");
  return EXIT.done;
}

/** `service status`. */
export async function runServiceStatus(
  session: Session,
  { user, json }: Pick<ServicePlaceOptions, "user"> & { readonly json?: true | undefined },
): Promise<number> {
  beginLogging(session);
  const jobs = await serviceStatus({ user: user === true, environment: systemEnvironment() });
  if (json) writeJson(jobs);
  else for (const { name, installed, detail } of jobs) writeLine(`${name}: ${installed ? detail : "not installed"}`);
  return EXIT.done;
}

function placeOf(session: Session, { user, directory, program, account }: ServicePlaceOptions): ServiceOptions {
  const { envFile, database } = session.globals;
  return {
    user: user === true,
    directory: directory ?? null,
    program: program ?? null,
    account: account ?? null,
    envFile: envFile ?? null,
    database: database ?? null,
    environment: systemEnvironment(),
  };
}
