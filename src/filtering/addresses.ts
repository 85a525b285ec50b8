/** Comparing mail addresses and domains: case, IDN and plus-forms do not matter. */

import { type Address, type Envelope, normaliseAddress } from "../core/mail.ts";

/** Local part and domain in the form in which they are compared; `null` for what is no address. */
export interface AddressParts {
  readonly local: string;
  /** Lower-case, punycode, without a trailing dot. */
  readonly domain: string;
}

/** Splits at the last `@`, for a quoted local part may hold one. */
export function addressParts(address: string): AddressParts | null {
  const text = normaliseAddress(address);
  const at = text.lastIndexOf("@");
  if (at < 1 || at === text.length - 1) return null;
  return { local: text.slice(0, at), domain: asciiDomain(text.slice(at + 1)) };
}

/** `MÜNCHEN.example.` → `xn--mnchen-3ya.example`; a name that is no host name stays as it is, in lower case. */
export function asciiDomain(domain: string): string {
  const name = domain.trim().toLowerCase().replace(/\.+$/, "");
  // The common case needs no parser. A URL host would also turn `1.2` into an IP address, so only IDNs go through it.
  if (/^[\x21-\x7e]*$/.test(name) || /[/\\?#@:\s]/.test(name)) return name;
  try {
    return new URL(`http://${name}`).hostname;
  } catch {
    return name;
  }
}

/** Whether the domain is `parent` or one of its sub-domains. */
export function isWithinDomain(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** The domain of an address as compared, empty if it has none. */
export function domainOf(address: Address | null): string {
  return address === null ? "" : addressParts(address.address)?.domain ?? "";
}

/** The comparable form without the plus part: `Help+HR@X.com` → `help@x.com`. */
export function baseAddress(address: string): string {
  const parts = addressParts(address);
  if (parts === null) return normaliseAddress(address);
  const plus = parts.local.indexOf("+");
  return `${plus > 0 ? parts.local.slice(0, plus) : parts.local}@${parts.domain}`;
}

/** The part after the first plus of the local part, `null` if there is none. */
export function plusPart(address: string): string | null {
  const local = addressParts(address)?.local ?? "";
  const plus = local.indexOf("+");
  return plus > 0 && plus < local.length - 1 ? local.slice(plus + 1) : null;
}

/** Whether the address, or the one it is a plus-form of, is among `own`. */
export function isOneOf(address: string, own: readonly string[]): boolean {
  const base = baseAddress(address);
  const exact = comparable(address);
  return own.some((candidate) => {
    const known = comparable(candidate);
    return known === exact || known === base;
  });
}

/** The addresses that deliver to the mailbox of this mail: itself and `O365_ADDRESSES`. */
export function addressesOfMailbox(envelope: Pick<Envelope, "mailbox">, addresses: readonly string[]): string[] {
  return [envelope.mailbox, ...addresses];
}

/** The whole address in the form in which it is compared. */
export function comparable(address: string): string {
  const parts = addressParts(address);
  return parts === null ? normaliseAddress(address) : `${parts.local}@${parts.domain}`;
}
