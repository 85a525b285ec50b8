import { headerValue } from "../core/mail.ts";
import { type Filter, pass, reject } from "./facts.ts";

/** Name of the header that every mail of ours carries; its value is the idempotency key. */
export const OWN_HEADER = "x-o365-connect";

/**
 * What we sent ourselves never comes back as an issue. Three signs, because Exchange strips custom headers on some ways
 * and extended properties on others; the stored Message-ID always stays.
 */
export const ownOutput: Filter = {
  name: "own-output",
  judge(envelope, { ownMessage }) {
    if (envelope.marker !== null) return reject("own-output", "carries our own mark");
    if (headerValue(envelope, OWN_HEADER) !== undefined) {
      return reject("own-output", `carries our own header ${OWN_HEADER}`);
    }
    if (ownMessage !== null) return reject("own-output", "has the Message-ID of a mail that we sent");
    return pass("own-output", "not sent by this program");
  },
};
