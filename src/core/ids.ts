/** Identities and idempotency keys: pure, stable over restarts. */

/** Hex SHA-256 of a text, by Web Crypto. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
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
