import { isAbsolutePath, parseDatabaseUri } from "./database_uri.ts";
import { resolvePath } from "./environment.ts";
import type { Values } from "./values.ts";

const ALIAS = "SQLALCHEMY_DATABASE_URI";

/** Absolute path of the state file. */
export function readDatabasePath(values: Values): string {
  const { environment } = values;
  const found = values.found("DATABASE_URI");
  if (found !== null && found.layer.kind !== "flag" && namesDiffer(values)) {
    values.problem(
      "DATABASE_URI",
      `DATABASE_URI and ${ALIAS} differ: expected one of the two, or the same value in both`,
    );
  }
  const fallback = () =>
    resolvePath(environment, environment.executableDirectory ?? environment.workingDirectory, "o365-connect.db");
  if (found === null) return fallback();
  const parsed = parseDatabaseUri(found.text);
  if ("path" in parsed) {
    return isAbsolutePath(parsed.path) ? parsed.path : resolvePath(environment, found.layer.directory, parsed.path);
  }
  // The value stays out of the message: a URI may hold a password.
  values.problem(
    "DATABASE_URI",
    `${parsed.problem}: expected the URI of an SQLite file, for example sqlite:///o365-connect.db`,
  );
  return fallback();
}

/** Both names are set, in whatever layer, to different values: nobody can know which state is meant. */
function namesDiffer(values: Values): boolean {
  const [own, other] = [values.lookUp("DATABASE_URI"), values.lookUp(ALIAS)];
  return own !== null && other !== null && own !== other;
}
