/** Which requests are answered at all, before anybody asks who sends them. */

import { type HttpAddress, isOurHost } from "./address.ts";

export interface Refusal {
  readonly status: number;
  /** One sentence for the person or the script that asked. */
  readonly why: string;
}

const MAX_URL_LENGTH = 2_048;

/** `null`: go on. */
export function refusalOf(request: Request, address: HttpAddress, names: readonly string[]): Refusal | null {
  const host = request.headers.get("host");
  if (!isOurHost(host, address, names)) {
    return {
      status: 421,
      why: "This name is not ours. Use the address that was printed at the start, or --http-host.",
    };
  }
  if (request.url.length > MAX_URL_LENGTH) return { status: 414, why: "The address is too long." };
  if (!["GET", "HEAD", "POST"].includes(request.method)) return { status: 405, why: "Only GET, HEAD and POST." };
  if (request.method === "POST" && !isSameOrigin(request.headers, host!)) {
    return {
      status: 403,
      why: "This change was asked for by another site, or by nobody knows whom. Nothing was changed.",
    };
  }
  return null;
}

/**
 * Browsers send `Origin` with every POST. A script that sends none shows by its `Authorization`, which no other site can
 * make a browser send, that it is none of those.
 */
function isSameOrigin(headers: Headers, host: string): boolean {
  const origin = headers.get("origin");
  if (origin === null) {
    const site = headers.get("sec-fetch-site");
    return site === "same-origin" || (site === null && headers.get("authorization") !== null);
  }
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) &&
    new URL(origin).host === withoutDefaultPort(host, origin);
}

function withoutDefaultPort(host: string, origin: string): string {
  const port = origin.startsWith("https:") ? ":443" : ":80";
  const asked = host.toLowerCase();
  return asked.endsWith(port) ? asked.slice(0, -port.length) : asked;
}
