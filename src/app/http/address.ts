/** Where the page is served, and under which names a browser may ask for it. */

import { isIP } from "node:net";
import type { ConfigProblem } from "../../core/errors.ts";

export interface HttpAddress {
  /** An IP address without brackets, or `localhost`. */
  readonly hostname: string;
  /** 0: a free one. */
  readonly port: number;
  /** Only programs of this machine can reach it. */
  readonly loopback: boolean;
}

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `0.0.0.0:8080`; `null` if it is no such address. */
export function parseAddress(text: string): HttpAddress | null {
  const found = text.trim().match(/^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i);
  if (found === null) return null;
  const hostname = (found[1] ?? found[2]!).toLowerCase();
  const port = Number(found[3]);
  const known = hostname === "localhost" || isIP(hostname) === (found[1] === undefined ? 4 : 6);
  return known && port <= 65_535 ? { hostname, port, loopback: isLoopback(hostname) } : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** As it stands in a URL. */
export function authorityOf({ hostname, port }: Pick<HttpAddress, "hostname" | "port">): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}

/** A name as a `Host` header has it, with a port or without: `status.example.com`, `status.example.com:8443`. */
export function parseHostName(text: string): string | null {
  const name = text.trim().toLowerCase();
  return /^(?=.{1,253}(:|$))[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/.test(name)
    ? name
    : null;
}

/**
 * Whether a `Host` header names us. A page of another site can make a browser send requests here under a name of that
 * site (DNS rebinding), never under an IP address, and never under a name that is ours; hence only those are answered.
 */
export function isOurHost(host: string | null, address: HttpAddress, names: readonly string[]): boolean {
  if (host === null || host === "") return false;
  const asked = host.toLowerCase();
  if (names.includes(asked)) return true;
  // A browser leaves the scheme's own port out.
  const [, hostname, port = "80"] = asked.match(/^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d+))?$/) ?? [];
  if (hostname === undefined || Number(port) !== address.port) return false;
  const bare = hostname.replace(/^\[|\]$/g, "");
  return address.loopback ? isLoopback(bare) : bare === "localhost" || isIP(bare) !== 0;
}

/** `--http` and `--http-host` as typed; `null`, and what is wrong in `problems`, where they are no address. */
export function readAddress(
  { http, httpHost }: { readonly http: string; readonly httpHost: readonly string[] },
  problems: ConfigProblem[],
): { readonly address: HttpAddress; readonly names: readonly string[] } | null {
  const address = parseAddress(http);
  if (address === null) {
    problems.push({
      name: "--http",
      problem: "expected an address of this machine and a port, for example 127.0.0.1:8080 or [::1]:8080",
    });
  }
  const names = httpHost.map(parseHostName);
  if (names.includes(null)) {
    problems.push({
      name: "--http-host",
      problem: "expected the name in the browser's address, as status.example.com",
    });
  }
  return address === null ? null : { address, names: names.filter((name) => name !== null) };
}

/** `HTTP_TOKEN` guards what is written on a wire; a short one can be tried out. */
export function tokenProblems(token: string | null, address: HttpAddress): ConfigProblem[] {
  if (token === null) {
    return address.loopback ? [] : [{
      name: "HTTP_TOKEN",
      problem:
        `is required where others than this machine can connect (${authorityOf(address)}); put a proxy with TLS ` +
        "before it, too",
    }];
  }
  return token.length >= MIN_TOKEN_LENGTH ? [] : [{
    name: "HTTP_TOKEN",
    problem: `expected at least ${MIN_TOKEN_LENGTH} characters (for example from: openssl rand -hex 32)`,
  }];
}

const MIN_TOKEN_LENGTH = 16;
