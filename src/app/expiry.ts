/**
 * Credentials that end on a known day are announced 30, 14, 7 and 1 days before. Known is the client certificate's day;
 * of a client secret and of Jira's tokens only the Entra admin center and Jira's profile page tell.
 */

import { X509Certificate } from "node:crypto";
import { getLogger } from "@logtape/logtape";
import type { GraphConfig } from "../config/config.ts";
import { type Clock, isoTime } from "../core/clock.ts";
import type { State } from "../core/state_port.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_BEFORE = [30, 14, 7, 1];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

const logger = getLogger(["o365-connect", "expiry"]);

export interface Validity {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The first certificate of a PEM; `null` if there is none that can be read. */
export function validityOf(pem: string): Validity | null {
  try {
    const x509 = new X509Certificate(pem.match(CERTIFICATE)?.[0] ?? "");
    return { from: Date.parse(x509.validFrom), to: Date.parse(x509.validTo) };
  } catch {
    return null;
  }
}

/** The nearest of the days before the end that has come; `null`: more than 30 days are left. */
export function dayBefore(end: number, now: number): number | null {
  const left = (end - now) / DAY_MS;
  return DAYS_BEFORE.findLast((days) => left <= days) ?? null;
}

/** Says it once per day of {@link DAYS_BEFORE} and certificate, whichever process of the state comes first. */
export async function announceExpiry(
  { certificate }: GraphConfig,
  { state, clock }: { readonly state: State; readonly clock: Clock },
): Promise<void> {
  const validity = certificate === null ? null : validityOf(certificate.reveal());
  if (validity === null) return;
  const days = dayBefore(validity.to, clock.now());
  if (days === null) return;
  const told = `${isoTime(validity.to)} ${days}`;
  if (await state.setting(TOLD) === told) return;
  await state.setSetting(TOLD, told);
  logger.warn(
    "The certificate in O365_CLIENT_CERTIFICATE ends at {end}, in {left}. Upload a new one before: Entra admin " +
      "center › App registrations › your app › Certificates & secrets.",
    { end: isoTime(validity.to), left: inDays(validity.to - clock.now()) },
  );
}

const TOLD = "expiry-told:client-certificate";

function inDays(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MS);
  return days < 1 ? "less than a day" : `${days} day${days === 1 ? "" : "s"}`;
}
