/** Which part of the simulator answers which path below `/v1.0/users/{address}`. */

import type { SimAnswer } from "../kit/server.ts";
import { answerAttachments } from "./attachments.ts";
import type { Permission } from "./access.ts";
import { type Call, jsonBody, ok } from "./call.ts";
import type { DeltaRounds } from "./delta.ts";
import { answerDraft, type AnswerKind, createAnswer, createDraft, draftFromMime, isMime, newDraft } from "./drafts.ts";
import { badRequest, GraphFault, methodNotAllowed } from "./faults.ts";
import { newMessageId } from "./ids.ts";
import { listMessages } from "./listing.ts";
import { etagOf, messageJson } from "./message_json.ts";
import type { StoredFolder, StoredMessage } from "./nouns.ts";
import { readQuery } from "./query.ts";
import { composeMime } from "./sending.ts";
import type { UploadSessions } from "./upload_sessions.ts";
import { apply, checkMayChange, readWritten } from "./writable.ts";

/** What the routes need of the simulator around them. */
export interface Rooms {
  readonly delta: DeltaRounds;
  readonly sessions: UploadSessions;
  send(call: Call, message: StoredMessage, keepCopy: boolean): Promise<void>;
}

/** The permission a request needs. Graph gives `Mail.Send` nothing else, and does not imply it by `Mail.ReadWrite`. */
export function neededPermission(method: string, rest: readonly string[]): Permission {
  if (rest.length === 0) return "User.Read.All";
  const last = actionOf(rest.at(-1)!);
  if (method === "POST" && /^(send|sendMail|reply|replyAll|forward)$/i.test(last)) return "Mail.Send";
  return method === "GET" ? "Mail.Read" : "Mail.ReadWrite";
}

/** `rest`: the path segments after the user. */
export async function answerMailbox(call: Call, rest: readonly string[], rooms: Rooms): Promise<SimAnswer> {
  const [first, second, third, ...more] = rest;
  if (first === undefined) return userAnswer(call);
  if (first === "sendMail" || first === "microsoft.graph.sendMail") return await sendMail(call, rooms);
  if (first === "messages") return await answerMessages(call, null, rest.slice(1), rooms);
  if (first !== "mailFolders") throw notASegment(first);
  if (second === undefined) return answerFolders(call, call.mailbox.folder("msgfolderroot"));
  const folder = call.mailbox.folder(second);
  if (third === undefined) return call.method === "GET" ? ok(call, folderJson(call, folder)) : refuseMethod(call);
  if (third === "childFolders" && more.length === 0) return answerFolders(call, folder);
  if (third === "messages") return await answerMessages(call, folder, more, rooms);
  throw notASegment(third);
}

async function answerMessages(
  call: Call,
  folder: StoredFolder | null,
  rest: readonly string[],
  rooms: Rooms,
): Promise<SimAnswer> {
  const [id, ...more] = rest;
  if (id === undefined) {
    if (call.method === "GET") return await listMessages(call, folder?.id ?? null);
    if (call.method === "POST") return await createDraft(call, folder?.id ?? call.mailbox.folder("drafts").id);
    throw methodNotAllowed(call.method);
  }
  if (/^(microsoft\.graph\.)?delta(\(\))?$/i.test(id) && more.length === 0) {
    if (folder === null) {
      throw badRequest("Change tracking is not supported against 'microsoft.graph.message' outside of a folder.");
    }
    if (call.method !== "GET") throw methodNotAllowed(call.method);
    return await rooms.delta.answer(call, folder.id);
  }
  return await answerMessage(call, call.mailbox.message(id), more, rooms);
}

async function answerMessage(
  call: Call,
  message: StoredMessage,
  rest: readonly string[],
  rooms: Rooms,
): Promise<SimAnswer> {
  const [part, ...more] = rest;
  if (part === undefined) return await answerItself(call, message);
  if (part === "attachments") return await answerAttachments(call, message, more, rooms.sessions);
  if (part === "$value" && call.method === "GET") {
    return { status: 200, headers: { "content-type": "text/plain" }, body: message.raw ?? composeMime(message) };
  }
  if (more.length > 0) throw notASegment(more[0]!);
  if (call.method !== "POST") throw methodNotAllowed(call.method);
  return await act(call, message, actionOf(part), rooms);
}

async function answerItself(call: Call, message: StoredMessage): Promise<SimAnswer> {
  switch (call.method) {
    case "GET":
      return await messageAnswer(call, message, 200);
    case "PATCH":
      return await patchMessage(call, message);
    case "DELETE": {
      checkUnchanged(call, message);
      const bin = call.mailbox.folder("deleteditems").id;
      if (message.folderId === bin) call.mailbox.remove(message);
      else call.mailbox.move(message, bin, call.now);
      return { status: 204 };
    }
    default:
      throw methodNotAllowed(call.method);
  }
}

async function act(call: Call, message: StoredMessage, action: string, rooms: Rooms): Promise<SimAnswer> {
  switch (action.toLowerCase()) {
    case "createreply":
      return await createAnswer(call, message, "reply");
    case "createreplyall":
      return await createAnswer(call, message, "replyAll");
    case "createforward":
      return await createAnswer(call, message, "forward");
    case "send":
      await rooms.send(call, message, true);
      return { status: 202 };
    case "reply":
    case "replyall":
    case "forward": {
      const kind: AnswerKind = action.toLowerCase() === "replyall" ? "replyAll" : action.toLowerCase() as AnswerKind;
      await rooms.send(call, await answerDraft(call, message, kind), true);
      return { status: 202 };
    }
    case "move":
      call.mailbox.move(message, destination(call).id, call.now);
      return await messageAnswer(call, message, 201);
    case "copy": {
      const copy = {
        ...message,
        immutableId: newMessageId("immutable"),
        restId: newMessageId("rest"),
        folderId: destination(call).id,
      };
      call.mailbox.add(copy);
      return await messageAnswer(call, copy, 201);
    }
    case "permanentdelete":
      call.mailbox.remove(message);
      return { status: 204 };
    default:
      throw notASegment(action);
  }
}

async function messageAnswer(call: Call, message: StoredMessage, status: number): Promise<SimAnswer> {
  const { select, expand } = readQuery(call.request.query);
  const json = await messageJson(call, message, { select, expand, single: true });
  const context = `${call.baseUrl}/v1.0/$metadata#users('${
    encodeURIComponent(call.mailbox.address)
  }')/messages/$entity`;
  return ok(call, { "@odata.context": context, ...json }, status);
}

async function patchMessage(call: Call, message: StoredMessage): Promise<SimAnswer> {
  checkUnchanged(call, message);
  const json = jsonBody(call.request);
  checkMayChange(message, json);
  apply(message, readWritten(json, call.now));
  call.mailbox.index(message);
  call.mailbox.touch(message, call.now);
  return await messageAnswer(call, message, 200);
}

/** `If-Match` with an older entity tag → 412. */
function checkUnchanged(call: Call, message: StoredMessage): void {
  const wanted = call.request.headers.get("if-match");
  if (wanted === null || wanted === "*" || wanted === etagOf(message)) return;
  throw new GraphFault(
    412,
    "ErrorIrresolvableConflict",
    "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
  );
}

async function sendMail(call: Call, rooms: Rooms): Promise<SimAnswer> {
  if (call.method !== "POST") throw methodNotAllowed(call.method);
  if (isMime(call)) {
    await rooms.send(call, await draftFromMime(call), true);
    return { status: 202 };
  }
  const json = jsonBody(call.request);
  const message = (json["message"] ?? json["Message"]) as Record<string, unknown> | undefined;
  if (message === undefined) throw badRequest("The value of 'message' is required.");
  const draft = await newDraft(call.mailbox, call.now);
  apply(draft, readWritten(message, call.now));
  await rooms.send(call, draft, (json["saveToSentItems"] ?? json["SaveToSentItems"]) !== false);
  return { status: 202 };
}

function answerFolders(call: Call, parent: StoredFolder): SimAnswer {
  const { mailbox, method } = call;
  if (method === "POST") {
    const name = jsonBody(call.request)["displayName"];
    if (typeof name !== "string" || name === "") throw badRequest("The value of 'displayName' is required.");
    return ok(call, folderJson(call, mailbox.createFolder(name, parent.id)), 201);
  }
  if (method !== "GET") throw methodNotAllowed(method);
  const children = [...mailbox.folders.values()].filter(({ parentId }) => parentId === parent.id);
  const { top, skip } = readQuery(call.request.query);
  const page = children.slice(skip, skip + (top ?? 10));
  const more = skip + page.length < children.length;
  const params = new URLSearchParams([...call.request.query].filter(([name]) => name.toLowerCase() !== "$skip"));
  params.set("$skip", String(skip + page.length));
  return ok(call, {
    ...(more ? { "@odata.nextLink": `${call.baseUrl}${call.request.path}?${params}` } : {}),
    value: page.map((folder) => folderJson(call, folder)),
  });
}

function folderJson({ mailbox }: Call, folder: StoredFolder): Record<string, unknown> {
  const inside = mailbox.inFolder(folder.id);
  return {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentId,
    childFolderCount: [...mailbox.folders.values()].filter(({ parentId }) => parentId === folder.id).length,
    unreadItemCount: inside.filter(({ isRead }) => !isRead).length,
    totalItemCount: inside.length,
    isHidden: false,
  };
}

function userAnswer(call: Call): SimAnswer {
  if (call.method !== "GET") throw methodNotAllowed(call.method);
  const { id, address, displayName } = call.mailbox;
  return ok(call, {
    "@odata.context": `${call.baseUrl}/v1.0/$metadata#users/$entity`,
    id,
    displayName,
    mail: address,
    userPrincipalName: address,
    businessPhones: [],
    givenName: null,
    surname: null,
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
  });
}

function destination(call: Call): StoredFolder {
  const json = jsonBody(call.request);
  const id = json["destinationId"] ?? json["DestinationId"];
  if (typeof id !== "string") throw badRequest("The value of 'destinationId' is required.");
  return call.mailbox.folder(id);
}

function actionOf(segment: string): string {
  return segment.replace(/^microsoft\.graph\./i, "");
}

function refuseMethod(call: Call): never {
  throw methodNotAllowed(call.method);
}

function notASegment(name: string): GraphFault {
  return badRequest(`Resource not found for the segment '${name}'.`);
}
