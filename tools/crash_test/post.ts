/** Delivers what the script plans: the mails as they are written, and where they went. */

import { SIM_MAILBOX, type SimWorld } from "../../src/app/sim_world.ts";
import type { Delivered } from "../../src/sim/graph/graph_sim.ts";
import type { WrittenAttachment, WrittenMail } from "../../src/sim/graph/nouns.ts";
import { Random } from "./random.ts";
import { isRelay } from "./relays.ts";
import { type PlannedFile, type PlannedMail, type Script, tokenOf } from "./script.ts";

/** A mail that was delivered. */
export interface Posted {
  readonly mail: PlannedMail;
  /** Immutable ids in the mailbox: two for a twin. */
  readonly ids: readonly string[];
  readonly messageId: string;
  readonly at: number;
}

export class Post {
  readonly posted = new Map<number, Posted>();
  /** Mails that lie in the archive until they are moved, by the cycle in which that happens. */
  #toMove: { readonly id: string; readonly cycle: number }[] = [];

  constructor(private readonly script: Script, private readonly world: SimWorld) {}

  async deliver(mail: PlannedMail): Promise<Posted> {
    const posted = await this.#deliver(mail);
    this.posted.set(mail.number, posted);
    return posted;
  }

  /** Somebody moves into the Inbox what waited in the archive. */
  moveIn(cycle: number): void {
    for (const { id } of this.#toMove.filter((waiting) => waiting.cycle <= cycle)) {
      this.world.graph.move(SIM_MAILBOX, id, "inbox");
    }
    this.#toMove = this.#toMove.filter((waiting) => waiting.cycle > cycle);
  }

  async #deliver(mail: PlannedMail): Promise<Posted> {
    const { graph } = this.world;
    const done = (all: readonly Delivered[]): Posted => ({
      mail,
      ids: all.map(({ id }) => id),
      messageId: all[0]!.internetMessageId,
      at: Date.now(),
    });
    if (mail.kind === "agent" || mail.kind === "agent-start") {
      return done([
        await graph.agentSends(SIM_MAILBOX, {
          to: [customer(mail.from)],
          ...this.#text(mail),
          attachments: this.#attachments(mail),
          ...(mail.kind === "agent" ? { inReplyTo: this.#idOf(mail.parent!) } : { subject: subjectOf(mail) }),
        }),
      ]);
    }
    const written = this.#written(mail);
    const first = await graph.deliver(SIM_MAILBOX, written, { folder: mail.kind === "moved-in" ? "archive" : "inbox" });
    if (mail.kind === "moved-in") this.#toMove.push({ id: first.id, cycle: mail.cycle + 1 });
    return mail.kind === "twin" ? done([first, await graph.deliver(SIM_MAILBOX, written)]) : done([first]);
  }

  #written(mail: PlannedMail): WrittenMail {
    const chain = this.#chain(mail);
    return {
      from: customer(mail.from),
      cc: mail.cc.map(customer),
      subject: this.#subject(mail),
      messageId: `<${this.script.kind}-${mail.number}@customer.example>`,
      sentAt: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
      ...this.#text(mail),
      ...(chain.length === 0 ? {} : { inReplyTo: chain.at(-1)!, references: chain }),
      ...(mail.kind === "automatic" ? { headers: [["Auto-Submitted", "auto-replied"] as const] } : {}),
      attachments: this.#attachments(mail),
    };
  }

  #subject(mail: PlannedMail): string {
    if (mail.kind === "renamed") return `Something else, number ${mail.number}`;
    if (mail.parent === null) return subjectOf(mail);
    return `Re: ${subjectOf(this.script.mails[mail.root === mail.number ? mail.parent : mail.root!]!)}`;
  }

  /** Message-IDs of all that it follows, oldest first, as a mail program lists them. */
  #chain(mail: PlannedMail): string[] {
    if (mail.kind === "ack-reply") {
      const ours = this.#lastRelayTo(mail.parent!) ?? this.acknowledgementOf(mail.parent!);
      // The customer's program knows our mail only; without one (it is late) it is an ordinary answer.
      if (ours !== null) return [ours];
    }
    const chain: string[] = [];
    for (let at = mail.parent; at !== null; at = this.script.mails[at]!.parent) chain.unshift(this.#idOf(at));
    return chain;
  }

  /** Message-ID of what we sent to the sender of a mail; `null`: nothing yet. */
  acknowledgementOf(number: number): string | null {
    const answered = this.posted.get(number)?.messageId;
    const sent = this.world.graph.outbox.find((one) =>
      one.by === "client" && one.inReplyTo === answered && !isRelay(one)
    );
    return sent?.internetMessageId ?? null;
  }

  /** Message-ID of the last comment that was mailed as an answer to a mail. */
  #lastRelayTo(number: number): string | null {
    const answered = this.posted.get(number)?.messageId;
    const sent = this.world.graph.outbox.findLast((one) => one.inReplyTo === answered && isRelay(one));
    return sent?.internetMessageId ?? null;
  }

  #idOf(number: number): string {
    const posted = this.posted.get(number);
    if (posted === undefined) throw new Error(`Mail ${number} is answered before it was delivered`);
    return posted.messageId;
  }

  #text(mail: PlannedMail): { html: string } | { text: string } {
    const pictures = mail.files.filter(({ contentId }) => contentId !== null);
    if (pictures.length === 0) return { text: `Hello,\n\nthis is ${tokenOf(mail.number)} of many.\n\nRegards\n` };
    const images = pictures.map(({ contentId }) => `<p><img src="cid:${contentId}" width="40" height="30"></p>`);
    return { html: `<p>Hello, this is ${tokenOf(mail.number)} of many.</p>${images.join("")}<p>Regards</p>` };
  }

  #attachments(mail: PlannedMail): WrittenAttachment[] {
    return mail.files.map((file, i) => ({
      name: file.name,
      contentType: file.contentId === null ? "application/octet-stream" : "image/png",
      bytes: bytesOf(this.script, mail, file, i),
      ...(file.contentId === null ? {} : { contentId: file.contentId }),
    }));
  }
}

/** Different for every file, also where name and size are equal. */
export function bytesOf(
  { seed, kind }: Script,
  mail: PlannedMail,
  file: PlannedFile,
  i: number,
): Uint8Array<ArrayBuffer> {
  return new Random(`${seed}/${kind}/file/${mail.number}/${i}`).bytes(file.size);
}

export function customer(number: number): string {
  return `Customer ${number} <${customerAddress(number)}>`;
}

export function customerAddress(number: number): string {
  return `c${number}@customer.example`;
}

function subjectOf({ number, kind }: PlannedMail): string {
  return kind === "automatic" ? `Automatic reply: number ${number}` : `Number ${number} does not work`;
}
