/** SQLAlchemy's way of naming a database, as far as SQLite goes. */

/** A path as written (absolute or relative), or what is wrong with the URI; the URI itself may hold a password. */
export type DatabasePath = { readonly path: string } | { readonly problem: string };

/** `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///C:/x.db`, back-slashes, and any `sqlite+driver`. */
export function parseDatabaseUri(uri: string): DatabasePath {
  const match = uri.match(/^([a-z][a-z0-9+.-]*):\/\/(.*)$/is);
  if (match === null) return { problem: "is not a database URI" };
  const scheme = match[1]!.toLowerCase();
  const rest = match[2]!;
  if (/^postgres(ql)?(\+|$)/.test(scheme)) return { problem: "PostgreSQL is not supported yet" };
  if (!/^sqlite(\+[a-z0-9_]+)?$/.test(scheme)) {
    return { problem: `databases of the kind "${scheme}" are not supported` };
  }
  // SQLAlchemy's arguments (`?check_same_thread=false`) are about its own driver.
  const path = rest.replace(/\?.*$/s, "");
  if (path === "" || path === "/" || path === "/:memory:") {
    return { problem: "a database in memory would forget which mail was handled" };
  }
  if (!path.startsWith("/")) {
    return { problem: "a file needs three slashes before a relative path, four before an absolute one" };
  }
  if (path.startsWith("/file:")) return { problem: "SQLite's own file: URIs are not supported" };
  return { path: path.slice(1) };
}

/** Whether a path stands on its own: `/x`, `C:\x`, `C:/x`, `\\server\share`. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[a-z]:[\\/]|\\\\)/i.test(path);
}
