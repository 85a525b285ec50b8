/** What would become of a mail, in the words of `explain`: the same decisions and conversions as the real run, no write. */

import { composeComment, composeIssue } from "../content/compose.ts";
import type { PictureTarget, ReadMail } from "../content/content.ts";
import { placeholderText } from "../content/placeholders.ts";
import { readMail } from "../content/read_mail.ts";
import { summaryFrom } from "../content/summary.ts";
import type { FilterVerdict, OutcomeKind, Person, Route, ThreadRule, ThreadVote } from "../core/decision.ts";
import type { RichText, TextFormat } from "../core/jira.ts";
import type { Message } from "../core/mail.ts";
import type { State, ThreadCandidate } from "../core/state_port.ts";
import { otherRecipients } from "../filtering/recipients.ts";
import { agentOf } from "../pipeline/agent.ts";
import { attachmentNotes, planAttachments } from "../pipeline/attachment_plan.ts";
import { decide, type Decision, type GatheredFacts, ownAddresses } from "../pipeline/decide.ts";
import { threadFacts } from "../pipeline/facts.ts";
import type { ReplyTokens } from "../pipeline/reply_tokens.ts";
import type { PipelineSettings } from "../pipeline/settings.ts";
import { sourceOf } from "../pipeline/open_issue.ts";
import { isForward } from "../pipeline/forwards.ts";

/** Contract §5, `explain --json`. */
export interface Explanation {
  readonly file: string | null;
  readonly message: {
    readonly id: string | null;
    readonly internetMessageId: string | null;
    readonly subject: string;
    readonly from: string | null;
    readonly receivedAt: string | null;
  };
  readonly outcome: OutcomeKind;
  readonly reason: string;
  readonly automatic: boolean;
  readonly automaticKind: string | null;
  readonly automaticEvidence: readonly string[];
  readonly verification: string;
  readonly filters: readonly FilterVerdict[];
  readonly thread: { readonly rule: ThreadRule; readonly issue: string | null; readonly votes: readonly ThreadVote[] };
  readonly route: Route | null;
  readonly people: {
    readonly reporter: { readonly address: string; readonly jiraUser: string | null } | null;
    readonly watchers: readonly { readonly address: string; readonly jiraUser: string | null }[];
  };
  readonly acknowledgement: { readonly to: string | null; readonly reason: string } | null;
  readonly summary: string;
  readonly body: { readonly format: TextFormat; readonly content: RichText["content"] } | null;
  readonly text: string;
  readonly removedText: string;
  readonly cutReason: string;
  readonly attachments: readonly ExplainedAttachment[];
  readonly requests: readonly { readonly method: string; readonly path: string }[];
}

export interface ExplainedAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly inline: boolean;
  readonly action: "upload" | "skip";
  readonly reason: string;
}

export interface ConsiderOptions {
  readonly settings: PipelineSettings;
  readonly format: TextFormat;
  /** `null`: no state is known; then there are no threads. */
  readonly state: State | null;
  /** `null`: none were ever given out. */
  readonly replyTokens: ReplyTokens | null;
  readonly findUser: (address: string) => Promise<Person["jiraUser"]>;
  /** Bytes; `null`: not known. */
  readonly uploadLimit: number | null;
  /** As if it answered in a known conversation. */
  readonly asReply: boolean;
  readonly file: string | null;
}

export async function consider(message: Message, options: ConsiderOptions): Promise<Explanation> {
  const { settings } = options;
  const decision = decide(message, await factsOf(message, options), settings);
  const { considered } = decision;
  const commented = decision.outcome === "commented";
  const mail = readMail({ ...message, cutHistory: (commented || options.asReply) && !isForward(message) });
  const from = message.from === null
    ? null
    : { ...message.from, jiraUser: await options.findUser(message.from.address) };
  const agent = decision.outcome === "commented" && decision.agent;
  const author = agent ? await agentOf(message, options.findUser) : from;
  const others: Person[] = [];
  for (const other of otherRecipients(message, ownAddresses(settings))) {
    others.push({ ...other, jiraUser: await options.findUser(other.address) });
  }
  const maxBytes = smaller(settings.attachmentMaxBytes, options.uploadLimit);
  const plan = planAttachments(message, mail.pictures, { maxBytes, skip: settings.attachmentSkip }, new Set());
  const written = decision.outcome === "created" || commented;
  return {
    file: options.file,
    message: {
      id: message.id,
      internetMessageId: message.internetMessageId,
      subject: message.subject,
      from: message.from?.address ?? null,
      receivedAt: message.receivedAt,
    },
    outcome: decision.outcome === "wait-for-inbox" ? "filtered" : decision.outcome,
    reason: decision.outcome === "wait-for-inbox"
      ? "sent from the mailbox as a reply in a conversation that is not known"
      : decision.reason,
    automatic: considered.automatic.kind !== null,
    automaticKind: considered.automatic.kind,
    automaticEvidence: considered.automatic.evidence,
    verification: considered.verification,
    filters: considered.filters,
    thread: { rule: considered.thread.rule, issue: considered.thread.issue, votes: considered.thread.votes },
    route: considered.route,
    people: {
      reporter: from === null || considered.verification === "fail" ? null : named(from),
      watchers: others.filter(({ jiraUser }) => jiraUser !== null).map(named),
    },
    acknowledgement: decision.outcome === "created"
      ? {
        to: settings.acknowledge ? decision.acknowledgement.recipient?.address ?? null : null,
        reason: settings.acknowledge ? decision.acknowledgement.reason : "ACK=off",
      }
      : null,
    summary: summaryFrom(message.subject),
    body: written ? bodyOf(decision, { message, mail, author, agent, others, options, plan }) : null,
    text: mail.text,
    removedText: mail.removedText,
    cutReason: mail.cutReason,
    attachments: explainedAttachments(message, plan, written),
    requests: written ? requestsOf(decision, { format: options.format, plan, others, mail, message, settings }) : [],
  };
}

function named({ address, jiraUser }: Person) {
  return { address, jiraUser: jiraUser?.id ?? null };
}

function smaller(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

async function factsOf(
  message: Message,
  { state, replyTokens, asReply, settings }: ConsiderOptions,
): Promise<GatheredFacts> {
  const row = message.id === null || state === null ? null : await state.mailbox(message.mailbox);
  const none: GatheredFacts = {
    handled: null,
    startedAt: row?.startedAt ?? null,
    includeBeforeStart: false,
    ownMessage: null,
    inboxReadSince: true,
    references: [],
    conversation: [],
    keys: [],
    aboutIssue: null,
  };
  if (asReply) {
    const issue: ThreadCandidate = {
      issue: { id: "0", key: `${settings.defaultTarget.project}-1` },
      mailbox: message.mailbox,
      via: "--as-reply",
      participants: [],
    };
    return { ...none, references: [issue] };
  }
  if (state === null) return none;
  const [threads, own] = await Promise.all([
    threadFacts({ state, tokens: replyTokens }, message),
    message.id === null ? null : state.threadMessageById(message.mailbox, message.id),
  ]);
  const known = message.id === null ? undefined : (await state.known(message.mailbox, [message.id])).get(message.id);
  return {
    ...none,
    ...threads,
    handled: known?.status === "finished" && known.outcome !== "failed" ? known : null,
    ownMessage: own?.origin === "ours" ? message.internetMessageId : null,
  };
}

interface Written {
  readonly message: Message;
  readonly mail: ReadMail;
  readonly author: Person | null;
  readonly agent: boolean;
  readonly others: readonly Person[];
  readonly options: ConsiderOptions;
  readonly plan: ReturnType<typeof planAttachments>;
}

function bodyOf(
  decision: Decision,
  { message, mail, author, agent, others, options, plan }: Written,
): Explanation["body"] {
  const { format, settings } = options;
  const pictures = new Map<string, PictureTarget>(mail.pictures.map((picture) => {
    const file = plan.files.find(({ source }) => source === sourceOf(picture));
    if (file === undefined) return [picture.id, { kind: "missing", note: picture.alt }];
    if (format === "wiki") return [picture.id, { kind: "file", name: file.name }];
    return [picture.id, { kind: "placeholder", text: placeholderText(file.name, "explain") }];
  }));
  const notes = [
    ...(decision.outcome === "created" ? decision.notes : []),
    ...attachmentNotes(message, plan.skipped),
  ];
  const { subject, mailbox } = message;
  const common = { from: author, mail, notes, pictures, quotedHistory: settings.quotedHistory, subject, mailbox };
  const composed = decision.outcome === "created"
    ? composeIssue(format, {
      ...common,
      template: settings.templates.issue,
      cc: others.filter(({ address }) => message.cc.some((one) => one.address === address)),
    })
    : composeComment(format, {
      ...common,
      template: settings.templates.comment,
      agent,
    });
  return { format, content: composed.body.content };
}

function explainedAttachments(message: Message, plan: Written["plan"], written: boolean): ExplainedAttachment[] {
  return message.attachments.map((attachment) => {
    const file = plan.files.find(({ source }) => source === attachment.id);
    const skipped = plan.skipped.find(({ source }) => source === attachment.id);
    return {
      name: file?.name ?? skipped?.name ?? attachment.name,
      contentType: attachment.contentType,
      size: attachment.size,
      inline: attachment.isInline,
      action: file === undefined || !written ? "skip" : "upload",
      reason: written ? skipped?.reason ?? "" : "the mail is filtered",
    };
  });
}

function requestsOf(
  decision: Decision,
  facts: {
    readonly format: TextFormat;
    readonly plan: Written["plan"];
    readonly others: readonly Person[];
    readonly mail: ReadMail;
    readonly message: Message;
    readonly settings: PipelineSettings;
  },
): Explanation["requests"] {
  const api = facts.format === "adf" ? "/rest/api/3" : "/rest/api/2";
  const key = decision.outcome === "commented" ? decision.issueKey : "{key}";
  const requests: { method: string; path: string }[] = [];
  const attach = () => {
    if (facts.plan.files.length > 0) requests.push({ method: "POST", path: `${api}/issue/${key}/attachments` });
  };
  if (decision.outcome === "created") {
    requests.push({ method: "POST", path: `${api}/issue` });
    attach();
    if (facts.format === "adf" && facts.mail.pictures.length > 0) {
      requests.push({ method: "PUT", path: `${api}/issue/${key}` });
    }
  } else {
    attach();
    requests.push({ method: "POST", path: `${api}/issue/${key}/comment` });
  }
  for (const { jiraUser } of facts.others) {
    if (jiraUser !== null) requests.push({ method: "POST", path: `${api}/issue/${key}/watchers` });
  }
  if (decision.outcome === "created" && facts.settings.acknowledge && decision.acknowledgement.recipient !== null) {
    const message = `/v1.0/users/${facts.message.mailbox}/messages/${facts.message.id ?? "{id}"}`;
    requests.push({ method: "POST", path: `${message}/createReply` }, {
      method: "POST",
      path: `/v1.0/users/${facts.message.mailbox}/messages/{draft}/send`,
    });
  }
  return requests;
}
