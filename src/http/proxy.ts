/** Which requests go through the proxy. */

/** A proxy as `Deno.createHttpClient` takes it. */
export interface ProxyAddress {
  readonly url: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

/** Splits `http://user:pass@host:port` (the scheme may be missing). Throws `TypeError` for what is no URL. */
export function proxyAddress(proxy: string): ProxyAddress {
  const url = new URL(/^[a-z0-9+.-]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  return {
    url: url.href,
    ...(username === ""
      ? {}
      : { basicAuth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
}

/**
 * Whether `NO_PROXY` exempts a URL: `*`, a host, a domain with or without its leading dot (sub-domains included), an
 * address, an IPv4 network (`10.0.0.0/8`), each optionally with `:port`. Blanks count as commas.
 */
export function isProxyExempt(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.flatMap((entry) => entry.toLowerCase().split(/[\s,]+/)).some((entry) => exempts(entry, host, port));
}

function exempts(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  const network = entry.match(/^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/);
  if (network !== null) return inNetwork(host, network[1]!, Number(network[2]));
  const withPort = entry.match(/^\[?([^\[\]]*?)\]?(?::(\d+))?$/);
  // A bare IPv6 address has colons of its own.
  const name = (entry.split(":").length > 2 && !entry.startsWith("[")) ? entry : withPort?.[1] ?? entry;
  if (name !== entry && withPort?.[2] !== undefined && withPort[2] !== port) return false;
  const domain = name.replace(/^\*?\./, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function inNetwork(host: string, network: string, bits: number): boolean {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) return false;
  const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Math.min(32, bits));
  return Math.floor(number(host) / size) === Math.floor(number(network) / size);
}
