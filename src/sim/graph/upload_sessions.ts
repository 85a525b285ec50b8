/** Upload sessions for large attachments: chunks in order, without a token, answered in Pascal case. */

import type { SimAnswer, SimRequest } from "../kit/server.ts";
import { type Call, jsonBody, ok } from "./call.ts";
import { badRequest, GraphFault } from "./faults.ts";
import { newAttachmentId } from "./ids.ts";
import type { StoredAttachment, StoredMessage } from "./nouns.ts";

const MAX_BYTES = 150 * 1024 * 1024;
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const LIFETIME_MS = 60 * 60 * 1000;

interface Session {
  readonly call: Call;
  readonly message: StoredMessage;
  readonly file: {
    readonly name: string;
    readonly contentType: string;
    readonly isInline: boolean;
    readonly contentId: string | null;
  };
  readonly bytes: Uint8Array;
  readonly expiresAt: number;
  received: number;
}

export class UploadSessions {
  #sessions = new Map<string, Session>();

  /** `POST …/attachments/createUploadSession` → 201. */
  create(call: Call, message: StoredMessage): SimAnswer {
    const item = jsonBody(call.request)["AttachmentItem"] as Record<string, unknown> | undefined;
    const size = Number(item?.["size"]);
    if (item === undefined || typeof item["name"] !== "string" || item["attachmentType"] !== "file") {
      throw badRequest("AttachmentItem with attachmentType 'file', name and size is required.");
    }
    if (!Number.isInteger(size) || size <= 0) throw badRequest("The attachment's size must be greater than 0.");
    if (size > MAX_BYTES) {
      throw new GraphFault(
        400,
        "ErrorAttachmentSizeLimitExceeded",
        "The attachment exceeds the maximum supported size of 150 MB.",
      );
    }
    const token = crypto.randomUUID();
    this.#sessions.set(token, {
      call,
      message,
      file: {
        name: item["name"],
        contentType: typeof item["contentType"] === "string" ? item["contentType"] : "application/octet-stream",
        isInline: item["isInline"] === true,
        contentId: typeof item["contentId"] === "string" ? item["contentId"] : null,
      },
      bytes: new Uint8Array(size),
      expiresAt: Date.now() + LIFETIME_MS,
      received: 0,
    });
    // Another host name than Graph's, as in the real service: a client must not send its token there.
    const host = call.baseUrl.replace("//localhost", "//127.0.0.1");
    return ok(call, {
      "@odata.context": `${call.baseUrl}/v1.0/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: `${host}/api/v2.0/Users('${call.mailbox.id}')/Messages('${message.restId}')/AttachmentSessions('${
        token.slice(0, 8)
      }')?authtoken=${token}`,
      expirationDateTime: new Date(Date.now() + LIFETIME_MS).toISOString(),
      nextExpectedRanges: ["0-"],
    }, 201);
  }

  /** A request on an upload URL; the last chunk adds the attachment and answers 201 with its `Location`. */
  answer(request: SimRequest): SimAnswer {
    if (request.headers.has("authorization")) {
      throw new GraphFault(
        401,
        "InvalidAudience",
        "The upload URL carries its own authorization; send no Authorization header.",
      );
    }
    const token = request.query.get("authtoken") ?? "";
    const session = this.#sessions.get(token);
    if (session === undefined || session.expiresAt < Date.now()) {
      throw new GraphFault(404, "ErrorItemNotFound", "The upload session was not found.");
    }
    if (request.method === "DELETE") {
      this.#sessions.delete(token);
      return { status: 204 };
    }
    if (request.method === "GET") return { status: 200, body: this.#progress(session) };
    if (request.method !== "PUT") {
      throw new GraphFault(405, "Request_BadRequest", "Specified HTTP method is not allowed.");
    }
    return this.#put(token, session, request);
  }

  #put(token: string, session: Session, request: SimRequest): SimAnswer {
    const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get("content-range") ?? "");
    if (match === null) throw badRequest("The Content-Range header is missing or malformed.");
    const [from, to, total] = match.slice(1).map(Number) as [number, number, number];
    if (
      total !== session.bytes.length || to - from + 1 !== request.body.length || request.body.length > MAX_CHUNK_BYTES
    ) {
      throw badRequest("The Content-Range header does not fit the session or the content.");
    }
    if (from !== session.received) {
      throw new GraphFault(416, "ErrorInvalidRange", "The uploaded range is not the next expected one.");
    }
    session.bytes.set(request.body, from);
    session.received = to + 1;
    if (session.received < total) return { status: 200, body: this.#progress(session) };
    this.#sessions.delete(token);
    const attachment: StoredAttachment = {
      id: newAttachmentId(),
      kind: "file",
      ...session.file,
      contentLocation: null,
      bytes: session.bytes,
      modifiedAt: Date.now(),
    };
    const { call, message } = session;
    message.attachments = [...message.attachments, attachment];
    call.mailbox.touch(message, Date.now());
    const location =
      `${call.baseUrl}/api/v2.0/Users('${call.mailbox.id}')/Messages('${message.restId}')/Attachments('${attachment.id}')`;
    return { status: 201, headers: { location } };
  }

  #progress(session: Session): unknown {
    return {
      ExpirationDateTime: new Date(session.expiresAt).toISOString(),
      NextExpectedRanges: [String(session.received)],
    };
  }
}
