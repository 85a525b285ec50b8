/** The simulated Microsoft Graph for mail: HTTPS, with memory, a journal and a fault script. */

import { normaliseAddress, sameAddress } from "../../core/mail.ts";
import type { IssuedToken, TokenRegistry } from "../entra/tokens.ts";
import type { FaultScript } from "../kit/faults.ts";
import type { Journal } from "../kit/journal.ts";
import { type SimAnswer, type SimRequest, SimServer } from "../kit/server.ts";
import { type AccessPolicy, authenticate, authorize, type RbacGrant } from "./access.ts";
import { agentDraft, type AgentMail } from "./agent.ts";
import { answerBatch } from "./batch.ts";
import { type Call, readPreferences, segmentsOf } from "./call.ts";
import { Concurrency } from "./concurrency.ts";
import { DeltaRounds } from "./delta.ts";
import { badRequest, errorAnswer, GraphFault } from "./faults.ts";
import { Mailbox, type MailboxInit } from "./mailbox.ts";
import type { SentMail, StoredMessage, WrittenMail } from "./nouns.ts";
import { mimeOfWritten, outlookAttachments, receiveMail } from "./receive.ts";
import { answerMailbox, neededPermission } from "./routes.ts";
import { type SendingBehaviour, sendMessage } from "./sending.ts";
import { UploadSessions } from "./upload_sessions.ts";

export type { AgentMail } from "./agent.ts";

export interface GraphSimOptions {
  /** Certificate and key for `localhost` and `127.0.0.1` (see `kit/certificates.ts`). */
  readonly tls: { readonly cert: string; readonly key: string };
  /** The same one that the simulated Entra ID issues into. */
  readonly tokens: TokenRegistry;
  readonly mailboxes: readonly MailboxInit[];
  /** Default: a free one. */
  readonly port?: number;
  readonly rbac?: readonly RbacGrant[];
  readonly accessPolicies?: readonly AccessPolicy[];
  /** Mail of one topic is one conversation, even without threading headers. */
  readonly conversationsByTopic?: boolean;
}

export interface DeliverOptions {
  /** Id or well-known name; default `inbox`. */
  readonly folder?: string;
  /** Milliseconds since 1970; default now. */
  readonly receivedAt?: number;
}

/** A message put into a mailbox. */
export interface Delivered {
  /** Immutable id. */
  readonly id: string;
  readonly internetMessageId: string;
  readonly conversationId: string;
}

/**
 * Times of messages are told to the second, as Exchange tells them. Copies in Sent Items carry no transport headers:
 * threading is in `conversationId` and in the MAPI tags `String 0x1042` (In-Reply-To) and `0x1039` (References).
 */
export class GraphSim {
  readonly mailboxes: Mailbox[];
  /** Every mail that left a mailbox, by the API or by an agent. */
  readonly outbox: SentMail[] = [];
  readonly delta = new DeltaRounds();
  readonly sending: SendingBehaviour = { sentCopyDelayMs: 0, rewriteMessageIds: false, stripHeaders: false };
  /** Called after every sent mail was delivered; an auto-responder answers here. */
  onSent: ((mail: SentMail) => void | Promise<void>) | null = null;
  readonly #server: SimServer;
  readonly #sessions = new UploadSessions();
  readonly #concurrency = new Concurrency();
  readonly #entered = new WeakMap<Headers, string>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly options: GraphSimOptions) {
    this.mailboxes = options.mailboxes.map((init) => new Mailbox(init));
    this.#server = new SimServer({
      service: "graph",
      tls: options.tls,
      ...(options.port === undefined ? {} : { port: options.port }),
      handle: (request) => this.#handle(request),
      onStart: (_method, path, headers) => this.#enter(path, headers),
      onEnd: (_method, _path, headers) => this.#leave(headers),
    });
  }

  get url(): string {
    return this.#server.url;
  }

  get journal(): Journal {
    return this.#server.journal;
  }

  get faults(): FaultScript {
    return this.#server.faults;
  }

  /** Added to every answer, milliseconds. */
  get latencyMs(): number {
    return this.#server.latencyMs;
  }

  set latencyMs(ms: number) {
    this.#server.latencyMs = ms;
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#server.stop();
  }

  /** By address, alias or `local+tag` address; throws if there is none. */
  mailbox(address: string): Mailbox {
    const mailbox = this.mailboxes.find((each) => each.receives(address));
    if (mailbox === undefined) throw new Error(`no simulated mailbox has the address ${address}`);
    return mailbox;
  }

  /** Delivers raw MIME or a written-down mail. Rejects with `NotAMailError` for bytes that are no mail. */
  async deliver(
    address: string,
    mail: Uint8Array | string | WrittenMail,
    options: DeliverOptions = {},
  ): Promise<Delivered> {
    const mailbox = this.mailbox(address);
    const receivedAt = options.receivedAt ?? Date.now();
    const raw = mail instanceof Uint8Array
      ? mail
      : typeof mail === "string"
      ? new TextEncoder().encode(mail)
      : mimeOfWritten(mail, address, receivedAt);
    const message = await receiveMail(mailbox, raw, {
      folderId: mailbox.folder(options.folder ?? "inbox").id,
      receivedAt,
      conversationsByTopic: this.options.conversationsByTopic ?? false,
    });
    if (!(mail instanceof Uint8Array) && typeof mail !== "string") {
      message.attachments = [...message.attachments, ...outlookAttachments(mail, receivedAt)];
    }
    mailbox.add(message);
    return delivered(message);
  }

  /** An agent sends from Outlook as the mailbox: a copy in Sent Items, the mail to whom it is for. */
  async agentSends(address: string, mail: AgentMail): Promise<Delivered> {
    const mailbox = this.mailbox(address);
    const draft = await agentDraft(mailbox, mail, Date.now());
    await this.#send(mailbox, draft, true, "agent");
    return delivered(draft);
  }

  /** Moves a message (immutable id) to a folder, by id or well-known name. */
  move(address: string, id: string, folder: string): void {
    const mailbox = this.mailbox(address);
    mailbox.move(mailbox.message(id), mailbox.folder(folder).id, Date.now());
  }

  /** Removes a message for good. */
  remove(address: string, id: string): void {
    const mailbox = this.mailbox(address);
    mailbox.remove(mailbox.message(id));
  }

  /** Messages of a folder, by id or well-known name, in the order in which they came. */
  messages(address: string, folder: string): readonly StoredMessage[] {
    const mailbox = this.mailbox(address);
    return mailbox.inFolder(mailbox.folder(folder).id);
  }

  /** The most requests at once on a mailbox; a refused fifth counts. */
  peakConcurrency(address: string): number {
    return this.#concurrency.peak(`${normaliseAddress(this.mailbox(address).address)} `);
  }

  resetPeakConcurrency(): void {
    this.#concurrency.resetPeaks();
  }

  async #handle(request: SimRequest): Promise<SimAnswer> {
    const requestId = crypto.randomUUID();
    const clientRequestId = request.headers.get("client-request-id") ?? requestId;
    const answer = await this.#answerOrFault(request, requestId, clientRequestId);
    return { ...answer, headers: { ...diagnostics(requestId, clientRequestId), ...answer.headers } };
  }

  async #answerOrFault(request: SimRequest, requestId: string, clientRequestId: string): Promise<SimAnswer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof GraphFault) return errorAnswer(error, requestId, clientRequestId);
      throw error;
    }
  }

  async #answer(request: SimRequest): Promise<SimAnswer> {
    if (request.path.startsWith("/_sim/")) return await this.#control(request);
    if (request.path.startsWith("/api/v2.0/")) return this.#sessions.answer(request);
    const [version, first, user, ...rest] = segmentsOf(request.path);
    const beta = version === "beta" && request.method === "GET" && rest.includes("attachments");
    if (version !== "v1.0" && !beta) throw badRequest(`Invalid version: ${version ?? ""}.`);
    const token = authenticate(request.headers, this.options.tokens);
    if (first === "$batch" && user === undefined) {
      if (request.method !== "POST") {
        throw new GraphFault(405, "Request_BadRequest", "Specified HTTP method is not allowed.");
      }
      return await answerBatch(request, (member) => this.#batchMember(member));
    }
    if (first === "me") {
      return await this.#asUser(request, token, token.user ?? "", user === undefined ? [] : [user, ...rest]);
    }
    if (first === "users" && user !== undefined) return await this.#asUser(request, token, user, rest);
    throw badRequest(`Resource not found for the segment '${first ?? ""}'.`);
  }

  async #asUser(request: SimRequest, token: IssuedToken, user: string, rest: readonly string[]): Promise<SimAnswer> {
    const mailbox = this.#user(user);
    if (mailbox === undefined) {
      if (rest.length > 0) throw new GraphFault(404, "ErrorInvalidUser", `The requested user '${user}' is invalid.`);
      throw new GraphFault(
        404,
        "Request_ResourceNotFound",
        `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`,
      );
    }
    const needed = neededPermission(request.method, rest);
    if (needed === "User.Read.All") this.#checkDirectory(token, mailbox);
    else {authorize(token, mailbox, needed, {
        rbac: this.options.rbac ?? [],
        policies: this.options.accessPolicies ?? [],
      });}
    if (!mailbox.enabled && rest.length > 0) {
      throw new GraphFault(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
      );
    }
    const call: Call = {
      request,
      method: request.method,
      mailbox,
      token,
      prefer: readPreferences(request.headers),
      baseUrl: this.url,
      beta: request.path.startsWith("/beta/"),
      now: Date.now(),
    };
    return await answerMailbox(call, rest, {
      delta: this.delta,
      sessions: this.#sessions,
      send: async (sender, message, keepCopy) => void await this.#send(sender.mailbox, message, keepCopy, "client"),
    });
  }

  /** Reading a directory entry takes a permission of the directory, or being that user. */
  #checkDirectory(token: IssuedToken, mailbox: Mailbox): void {
    const own = token.user !== null && sameAddress(token.user, mailbox.address);
    if (own || token.permissions.some((each) => /^(User|Directory)\.Read(\.All|Write\.All|Basic\.All)$/.test(each))) {
      return;
    }
    throw new GraphFault(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }

  /** A user by address or object id; an alias is no user. */
  #user(idOrAddress: string): Mailbox | undefined {
    return this.mailboxes.find(({ id, address }) => id === idOrAddress || sameAddress(address, idOrAddress));
  }

  async #batchMember(member: SimRequest): Promise<SimAnswer> {
    const requestId = crypto.randomUUID();
    const refused = this.#enter(member.path, member.headers);
    if (refused !== null) return refused;
    try {
      return await this.#answerOrFault(member, requestId, requestId);
    } finally {
      this.#leave(member.headers);
    }
  }

  async #send(mailbox: Mailbox, message: StoredMessage, keepCopy: boolean, by: SentMail["by"]): Promise<SentMail> {
    return await sendMessage(mailbox, message, {
      behaviour: this.sending,
      keepCopy,
      by,
      now: Date.now(),
      dispatch: (mail) => this.#dispatch(mail),
      later: (ms, action) => this.#later(ms, action),
    });
  }

  /** Delivers to the simulated mailboxes among the recipients; everybody else's mail is only recorded. */
  async #dispatch(mail: SentMail): Promise<void> {
    this.outbox.push(mail);
    const recipients = [...mail.to, ...mail.cc, ...mail.bcc];
    for (const mailbox of this.mailboxes) {
      if (mailbox.enabled && recipients.some(({ address }) => mailbox.receives(address))) {
        await this.deliver(mailbox.address, mail.raw);
      }
    }
    await this.onSent?.(mail);
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** `POST /_sim/mailboxes/{address}/messages` with a raw mail: for a person with `curl`. No token; the server listens on loopback only. */
  async #control(request: SimRequest): Promise<SimAnswer> {
    const [, kind, address, what] = segmentsOf(request.path);
    if (request.method !== "POST" || kind !== "mailboxes" || address === undefined || what !== "messages") {
      throw badRequest("POST a raw mail to /_sim/mailboxes/{address}/messages.");
    }
    if (!this.mailboxes.some((mailbox) => mailbox.receives(address))) {
      throw new GraphFault(404, "ErrorInvalidUser", `There is no simulated mailbox '${address}'.`);
    }
    try {
      return { status: 201, body: await this.deliver(address, request.body) };
    } catch (error) {
      if (error instanceof GraphFault) throw error;
      throw badRequest(error instanceof Error ? error.message : String(error));
    }
  }

  #enter(path: string, headers: Headers): SimAnswer | null {
    const user = /^\/v1\.0\/users(?:\/([^/]+)|\('([^']+)'\))/.exec(path);
    const mailbox = user === null ? undefined : this.#user(decoded(user[1] ?? user[2]!));
    if (mailbox === undefined) return null;
    const text = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const token = this.options.tokens.find(text);
    if (typeof token === "string") return null;
    const key = `${normaliseAddress(mailbox.address)} ${token.appId}`;
    try {
      this.#concurrency.enter(key);
      this.#entered.set(headers, key);
      return null;
    } catch (error) {
      const requestId = crypto.randomUUID();
      const clientRequestId = headers.get("client-request-id") ?? requestId;
      const answer = errorAnswer(error as GraphFault, requestId, clientRequestId);
      return { ...answer, headers: { ...diagnostics(requestId, clientRequestId), ...answer.headers } };
    }
  }

  #leave(headers: Headers): void {
    const key = this.#entered.get(headers);
    if (key === undefined) return;
    this.#entered.delete(headers);
    this.#concurrency.leave(key);
  }
}

function diagnostics(requestId: string, clientRequestId: string): Record<string, string> {
  return {
    "request-id": requestId,
    "client-request-id": clientRequestId,
    "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"5","ScaleUnit":"001"}}',
  };
}

function delivered(message: StoredMessage): Delivered {
  return {
    id: message.immutableId,
    internetMessageId: message.internetMessageId!,
    conversationId: message.conversationId,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
