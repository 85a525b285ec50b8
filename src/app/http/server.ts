/** `--http`: the page, `/healthz` and `/metrics`, served beside the listener. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../core/clock.ts";
import { ConfigError, errorText } from "../../core/errors.ts";
import { authorityOf, type HttpAddress } from "./address.ts";
import { answer, refused } from "./answers.ts";
import { refusalOf } from "./guard.ts";
import type { Meter } from "./meter.ts";
import { route } from "./routes.ts";
import { Sessions } from "./sessions.ts";
import type { Watched } from "./snapshot.ts";

export interface PageOptions {
  readonly address: HttpAddress;
  /** Names beside the address under which browsers may ask: those of a proxy in front. */
  readonly names: readonly string[];
  readonly token: string;
  /** Told once, when it is served. */
  readonly onServed: (url: string) => void;
}

export interface PageServer {
  /** From now on this is shown; `null`: there is nothing (any more). */
  watch(watched: Watched | null): void;
  close(): Promise<void>;
}

/** What the routes need. */
export interface Site {
  /** With the port that was really taken. */
  readonly address: HttpAddress;
  readonly sessions: Sessions;
  readonly cookie: string;
  readonly clock: Clock;
  readonly meter: Meter;
  /** `null` while Microsoft Graph or Jira are waited for at the start. */
  readonly watched: Watched | null;
}

const CLOSE_MS = 500;
const logger = getLogger(["o365-connect", "http"]);

/** Throws `ConfigError` where the address cannot be had. */
export function servePage({ address, names, token, onServed }: PageOptions, meter: Meter, clock: Clock): PageServer {
  let site: Site | null = null;
  const stop = new AbortController();
  const answering = new Set<Promise<Response>>();
  const answered = async (request: Request, peer: string): Promise<Response> => {
    if (site === null) return answer("Starting.\n", "text/plain; charset=utf-8", 503);
    const refusal = refusalOf(request, site.address, names);
    if (refusal !== null) return refused(refusal, null);
    try {
      return await route(request, peer, site);
    } catch (error) {
      logger.error("Answering {method} on the page failed: {why}.", { method: request.method, why: errorText(error) });
      return refused({ status: 500, why: "This did not work; the log says why." }, null);
    }
  };
  const server = listen(address, stop.signal, (request, peer) => {
    const response = answered(request, peer).finally(() => answering.delete(response));
    answering.add(response);
    return response;
  });
  const bound = { ...address, port: server.addr.port };
  site = {
    address: bound,
    sessions: new Sessions(token, clock),
    // Cookies know no port: several of us on one machine need names of their own.
    cookie: `o365-connect-${bound.port}`,
    clock,
    meter,
    watched: null,
  };
  onServed(`http://${authorityOf(bound)}/`);
  return {
    watch(watched) {
      site = { ...site!, watched };
    },
    async close() {
      // Not `shutdown()`: on Deno 2.4 a request that never arrives whole holds it up for ever, and it cannot be followed
      // by an abortion. What is being answered may end; idle connections of browsers are cut.
      const patience = new AbortController();
      const end = clock.sleep(CLOSE_MS, patience.signal);
      await Promise.race([Promise.allSettled(answering), end]);
      patience.abort();
      stop.abort();
      await server.finished;
    },
  };
}

function listen(
  { hostname, port }: HttpAddress,
  signal: AbortSignal,
  handler: (request: Request, peer: string) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve(
      { hostname, port, signal, onListen() {} },
      (request, { remoteAddr }) => handler(request, remoteAddr.hostname),
    );
  } catch (error) {
    throw new ConfigError([{
      name: "--http",
      problem:
        `cannot listen at ${authorityOf({ hostname, port })}: ${errorText(error)}. Is another program there, or is ` +
        "this no address of this machine",
    }]);
  }
}
