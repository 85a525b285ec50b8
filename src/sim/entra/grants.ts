/** What was handed out and can be redeemed: authorization codes, device codes, refresh tokens. */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { EntraFault } from "./faults.ts";
import type { EntraUser, SignIn } from "./nouns.ts";

const CODE_LIFETIME_MS = 10 * 60 * 1000;
const DEVICE_CODE_LIFETIME_MS = 15 * 60 * 1000;
const REFRESH_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

interface AuthorizationCode {
  readonly signIn: SignIn;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly expiresAt: number;
  redeemed: boolean;
}

/** A device code: waiting until somebody approves or declines it. */
interface DeviceCode {
  readonly userCode: string;
  readonly request: Omit<SignIn, "user">;
  readonly expiresAt: number;
  user: EntraUser | null;
  declined: boolean;
  /** Polls that are still to be answered "pending" before it is approved by itself; `null`: never by itself. */
  pendingPolls: number | null;
}

interface RefreshToken {
  readonly signIn: SignIn;
  expiresAt: number;
  revoked: boolean;
}

export class AuthorizationCodes {
  #codes = new Map<string, AuthorizationCode>();

  issue(signIn: SignIn, redirectUri: string, challenge: string | null): string {
    const code = randomToken("0.AS0A");
    this.#codes.set(code, {
      signIn,
      redirectUri,
      challenge,
      expiresAt: Date.now() + CODE_LIFETIME_MS,
      redeemed: false,
    });
    return code;
  }

  /** Once, by the same app, with the same redirect URI and the verifier of the challenge. */
  redeem(code: string | null, by: { clientId: string; redirectUri: string | null; verifier: string | null }): SignIn {
    if (code === null) throw new EntraFault(90014, "code");
    const found = this.#codes.get(code);
    if (found === undefined || found.signIn.app.clientId !== by.clientId) throw new EntraFault(70000);
    if (found.redeemed) throw new EntraFault(54005);
    if (found.expiresAt <= Date.now()) throw new EntraFault(70008);
    if (found.redirectUri !== by.redirectUri) throw new EntraFault(50011, by.redirectUri ?? "");
    if (found.challenge !== null && found.challenge !== challengeOf(by.verifier ?? "")) throw new EntraFault(501481);
    found.redeemed = true;
    return found.signIn;
  }
}

export class DeviceCodes {
  /** So many polls are answered "pending", then the code is approved by itself; `null`: only by {@link approve}. */
  autoApproveAfterPolls: number | null = null;
  #codes = new Map<string, DeviceCode>();

  issue(request: Omit<SignIn, "user">): { deviceCode: string; userCode: string; lifetimeMs: number } {
    const deviceCode = randomToken("DAQABAAEAAAD");
    const userCode = randomToken("").replaceAll(/[^A-Z0-9]/gi, "").slice(0, 9).toUpperCase();
    this.#codes.set(deviceCode, {
      userCode,
      request,
      expiresAt: Date.now() + DEVICE_CODE_LIFETIME_MS,
      user: null,
      declined: false,
      pendingPolls: this.autoApproveAfterPolls,
    });
    return { deviceCode, userCode, lifetimeMs: DEVICE_CODE_LIFETIME_MS };
  }

  /** Somebody typed the code in and agreed. */
  approve(userCode: string, user: EntraUser): void {
    this.#byUserCode(userCode).user = user;
  }

  decline(userCode: string): void {
    this.#byUserCode(userCode).declined = true;
  }

  /** Codes that wait for somebody. */
  waiting(): string[] {
    return [...this.#codes.values()].filter(({ user, declined }) => user === null && !declined).map(({ userCode }) =>
      userCode
    );
  }

  expireAll(): void {
    for (const [code, device] of this.#codes) this.#codes.set(code, { ...device, expiresAt: 0 });
  }

  /** Throws `authorization_pending` until it is approved; then once. */
  redeem(
    deviceCode: string | null,
    clientId: string,
    defaultUser: (request: Omit<SignIn, "user">) => EntraUser,
  ): SignIn {
    const device = deviceCode === null ? undefined : this.#codes.get(deviceCode);
    if (device === undefined || device.request.app.clientId !== clientId) throw new EntraFault(70018);
    if (device.expiresAt <= Date.now()) throw new EntraFault(70020);
    if (device.declined) throw new EntraFault(70019);
    if (device.user === null && device.pendingPolls !== null && device.pendingPolls-- <= 0) {
      device.user = defaultUser(device.request);
    }
    if (device.user === null) throw new EntraFault(70016);
    this.#codes.delete(deviceCode!);
    return { ...device.request, user: device.user };
  }

  #byUserCode(userCode: string): DeviceCode {
    for (const device of this.#codes.values()) {
      if (device.userCode === userCode) return device;
    }
    throw new Error(`no device code ${userCode} is waiting`);
  }
}

export class RefreshTokens {
  #tokens = new Map<string, RefreshToken>();

  issue(signIn: SignIn): string {
    const token = randomToken("1.AS0A");
    this.#tokens.set(token, { signIn, expiresAt: Date.now() + REFRESH_LIFETIME_MS, revoked: false });
    return token;
  }

  /** The old token stays valid when a new one is issued, as in the real service. */
  redeem(token: string | null, clientId: string): SignIn {
    if (token === null) throw new EntraFault(90014, "refresh_token");
    const found = this.#tokens.get(token);
    if (found === undefined || found.signIn.app.clientId !== clientId) throw new EntraFault(9002313);
    if (found.revoked) throw new EntraFault(50173);
    if (found.expiresAt <= Date.now()) throw new EntraFault(700082);
    return found.signIn;
  }

  /** An administrator revokes all sessions (50173). */
  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true;
  }

  /** 90 days pass without use (700082). */
  expireAll(): void {
    for (const token of this.#tokens.values()) token.expiresAt = 0;
  }
}

function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function randomToken(prefix: string): string {
  return prefix + Buffer.from(crypto.getRandomValues(new Uint8Array(48))).toString("base64url");
}
