/** Converts every mail below a folder into both formats, asks Atlassian's own judges about the result, and measures. */

import { adfFault, parseWiki } from "../../src/content/atlassian_test_kit.ts";
import { composeComment } from "../../src/content/compose.ts";
import type { PictureTarget, ReadMail } from "../../src/content/content.ts";
import { readMail } from "../../src/content/read_mail.ts";
import type { TextFormat } from "../../src/core/jira.ts";
import type { MailAttachment, MailBody } from "../../src/core/mail.ts";
import { messageFromMime } from "../../src/mime/message.ts";
import { parseMail } from "../../src/mime/parse.ts";

export interface ConversionScore {
  readonly total: number;
  /** Mails of which every document is valid. */
  readonly valid: number;
  /** What is wrong with the others, by file. */
  readonly faults: readonly string[];
  /** For one mail on average, into one format. */
  readonly milliseconds: number;
  /** Kilobytes allocated for one mail on average, into one format. */
  readonly kilobytes: number;
  /** Megabytes of HTML in all mails, and what converting them took for each. */
  readonly html: { readonly megabytes: number; readonly millisecondsPerMegabyte: number };
  /** The mail that took longest. */
  readonly slowest: { readonly name: string; readonly milliseconds: number };
}

interface CorpusMail {
  readonly name: string;
  readonly body: MailBody;
  readonly attachments: readonly MailAttachment[];
}

const FORMATS: readonly TextFormat[] = ["adf", "wiki"];
/** Measured several times, the least counts: the rest is the machine's. */
const ROUNDS = 3;

/** `.eml`, `.html` and `.txt` files, in folders of any depth; what corpora want as result (`trimmed`, `elided`) is left out. */
export async function scoreConversions(folder: URL): Promise<ConversionScore> {
  const mails: CorpusMail[] = [];
  for (const path of filesBelow(folder)) mails.push(await corpusMail(path, folder));
  const faults = mails.flatMap((mail) => faultsOf(mail).map((fault) => `${mail.name}: ${fault}`));
  const broken = new Set(faults.map((fault) => fault.slice(0, fault.indexOf(":"))));
  const times = mails.map(measure);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const html = mails.flatMap(({ body }, at) =>
    body.contentType === "html" ? [{ size: body.content.length, milliseconds: times[at]!.milliseconds }] : []
  );
  const megabytes = sum(html.map(({ size }) => size)) / 1e6;
  const slowest = times.reduce(
    (worst, { milliseconds }, at) => milliseconds > (times[worst]?.milliseconds ?? 0) ? at : worst,
    0,
  );
  return {
    total: mails.length,
    valid: mails.length - broken.size,
    faults,
    milliseconds: sum(times.map(({ milliseconds }) => milliseconds)) / Math.max(1, mails.length),
    kilobytes: sum(times.map(({ bytes }) => bytes)) / 1024 / Math.max(1, mails.length),
    html: {
      megabytes,
      millisecondsPerMegabyte: megabytes === 0 ? 0 : sum(html.map(({ milliseconds }) => milliseconds)) / megabytes,
    },
    slowest: { name: mails[slowest]?.name ?? "", milliseconds: times[slowest]?.milliseconds ?? 0 },
  };
}

function filesBelow(folder: URL): URL[] {
  const entries = [...Deno.readDirSync(folder)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(({ name, isDirectory }) => {
    const path = new URL(encodeURIComponent(name) + (isDirectory ? "/" : ""), folder);
    if (isDirectory) return name === "trimmed" || name === "elided" ? [] : filesBelow(path);
    return /\.(?:eml|html?|txt)$/i.test(name) ? [path] : [];
  });
}

async function corpusMail(path: URL, folder: URL): Promise<CorpusMail> {
  const name = decodeURIComponent(path.href.slice(folder.href.length));
  if (!/\.eml$/i.test(name)) {
    const contentType = /\.txt$/i.test(name) ? "text" : "html";
    return { name, body: { contentType, content: await Deno.readTextFile(path) }, attachments: [] };
  }
  const mail = await parseMail(await Deno.readFile(path));
  const { message } = messageFromMime(mail, { mailbox: "support@example.com", folder: "inbox", now: 0 });
  return { name, body: message.body, attachments: message.attachments };
}

function read({ body, attachments }: CorpusMail, cutHistory: boolean): ReadMail {
  return readMail({ body, uniqueBody: null, attachments, cutHistory });
}

function compose(format: TextFormat, mail: ReadMail) {
  const pictures = new Map(mail.pictures.map(({ id }): [string, PictureTarget] => [
    id,
    format === "adf" ? { kind: "media", mediaId: `media-${id}` } : { kind: "file", name: `${id}.png` },
  ]));
  return composeComment(format, { from: null, agent: false, mail, notes: [], pictures, quotedHistory: "collapse" });
}

/** As a first mail and as a reply, the reply with its history below. */
function faultsOf(mail: CorpusMail): string[] {
  const faults: string[] = [];
  for (const cutHistory of [false, true]) {
    try {
      const parsed = read(mail, cutHistory);
      const adf = compose("adf", parsed).body;
      const fault = adf.format === "adf" ? adfFault(adf.content) : "no document";
      if (fault !== null) faults.push(`ADF: ${fault}`);
      const wiki = compose("wiki", parsed).body;
      if (wiki.format === "wiki") parseWiki(wiki.content);
      for (const { content } of [adf, wiki]) {
        const length = typeof content === "string" ? content.length : JSON.stringify(content).length;
        if (length > 32_767) faults.push(`${length} characters are more than Jira takes`);
      }
    } catch (error) {
      faults.push(String(error));
    }
  }
  return faults;
}

/** Of reading the mail as a reply and writing it in one format. */
function measure(mail: CorpusMail): { milliseconds: number; bytes: number } {
  let milliseconds = Infinity;
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = Deno.memoryUsage().heapUsed;
    const started = performance.now();
    for (const format of FORMATS) compose(format, read(mail, true));
    milliseconds = Math.min(milliseconds, (performance.now() - started) / FORMATS.length);
    // A collection of garbage in between makes it less than nothing; another round tells.
    bytes = Math.max(bytes, (Deno.memoryUsage().heapUsed - before) / FORMATS.length);
  }
  return { milliseconds, bytes };
}
