/** This computer's clock beside those of the services. */

import { EXIT } from "../exit_codes.ts";
import { type DoctorCheck, failed, passed } from "./check.ts";

/** More than a slow answer explains. */
const NOTICED_MS = 10_000;
/** Beyond this look-ups by time miss what they look for, and signed assertions are refused. */
const TOO_MUCH_MS = 120_000;
const REMEDY = "Let this computer set its clock by itself. Linux: timedatectl set-ntp true; Windows: w32tm /resync; " +
  "macOS: System Settings › General › Date & Time.";

/** `aheadMs`: how far the service's clock is ahead of ours; to the second, as the services tell it. */
export function clockCheck(check: string, service: string, aheadMs: number): DoctorCheck {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < NOTICED_MS) return passed(check, `This computer's clock agrees with ${service}'s.`);
  const detail = `This computer's clock is ${seconds} s ${aheadMs > 0 ? "behind" : "ahead of"} ${service}'s.`;
  if (Math.abs(aheadMs) < TOO_MUCH_MS) return passed(check, detail, REMEDY);
  return failed(check, { detail, remedy: REMEDY, code: EXIT.unexpected });
}
