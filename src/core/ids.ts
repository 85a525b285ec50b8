/** Identities and idempotency keys: pure, stable over restarts. */

/** Hex SHA-256 of a text, by Web Crypto. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** HMAC-SHA-256, 32 bytes, by Web Crypto. (On Deno 2.4, `createHmac` of node:crypto warns on every start.) */
export async function hmacSha256(secret: string, data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const utf8 = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, typeof data === "string" ? utf8.encode(data) : data));
}

/**
 * Identity of a mail within a mailbox or project (contract §4): Message-ID, sender and sent time. `null` when the mail
 * has no Message-ID: then only its immutable id tells it from others.
 */
export async function mailIdentity(
  mail: { internetMessageId: string | null; from: { address: string } | null; sentAt: string | null },
): Promise<string | null> {
  if (mail.internetMessageId === null) return null;
  const sender = mail.from?.address.trim().toLowerCase() ?? "";
  const sent = mail.sentAt === null ? "" : String(Date.parse(mail.sentAt));
  return await sha256Hex([mail.internetMessageId.trim(), sender, sent].join("\n"));
}
