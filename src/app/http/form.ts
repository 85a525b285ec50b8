/** The body of a form, with limits to its size and to the patience. */

import type { Refusal } from "./guard.ts";

export const MAX_BODY_BYTES = 16 * 1024;
export const BODY_TIMEOUT_MS = 5_000;

/** The fields, or why they are refused. Nothing is read beyond the limits. */
export async function readForm(request: Request): Promise<URLSearchParams | Refusal> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return { status: 415, why: "Expected a form (application/x-www-form-urlencoded)." };
  }
  if (Number(request.headers.get("content-length") ?? "0") > MAX_BODY_BYTES) return TOO_LARGE;
  const reader = request.body?.getReader();
  if (reader === undefined) return new URLSearchParams();
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), BODY_TIMEOUT_MS);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), late.promise]);
      if (read === "late") return { status: 408, why: "The form did not arrive in time." };
      if (read.done) return new URLSearchParams(text + decoder.decode());
      size += read.value.length;
      if (size > MAX_BODY_BYTES) return TOO_LARGE;
      text += decoder.decode(read.value, { stream: true });
    }
  } catch {
    return { status: 400, why: "The form broke off." };
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
}

const TOO_LARGE: Refusal = { status: 413, why: "The form is too large." };

export function isRefusal(value: URLSearchParams | Refusal): value is Refusal {
  return !(value instanceof URLSearchParams);
}
