/** `deno task corpus`: what the program makes of mail that other people wrote, in numbers. */

import { type AutomaticScore, scoreAutomaticMail, scoreHumanTexts } from "./corpus/automatic_mail.ts";
import { scoreConversions } from "./corpus/conversions.ts";
import { scoreReplyTrimming } from "./corpus/reply_trimming.ts";

const folder = new URL(
  Deno.args[0] ?? "../../shared/corpora/",
  Deno.args[0] ? `file://${Deno.cwd()}/` : import.meta.url,
);
const root = folder.href.endsWith("/") ? folder : new URL(`${folder.href}/`);
if (!await exists(root)) {
  // deno-lint-ignore no-console
  console.error(
    `Cannot score: there is no folder "${decodeURI(root.pathname)}"; name the folder of corpora as argument`,
  );
  Deno.exit(2);
}

const machines = await scoreAutomaticMail(new URL("automatic-mail/", root));
row("Automatic mail recognised", ratio(machines.automatic, machines.total), machines.milliseconds);
for (const [kind, count] of Object.entries(machines.byKind).sort(([, a], [, b]) => b - a)) {
  row(`  ${kind}`, String(count));
}
missing(machines.human);

const people: AutomaticScore = await scoreHumanTexts(new URL("reply-trimming/emails/", root));
row("Human mail taken for automatic", ratio(people.automatic, people.total), people.milliseconds);

const trimming = await scoreReplyTrimming(new URL("reply-trimming/", root));
row("Reply trimming, exact matches", ratio(trimming.exact, trimming.total), trimming.milliseconds);
missing(trimming.missed);

const conversions = await scoreConversions(root);
row("Conversions valid", ratio(conversions.valid, conversions.total), conversions.milliseconds);
missing(conversions.faults);
row("  memory", `${conversions.kilobytes.toFixed(0)} KB per mail`);
row("  slowest", conversions.slowest.name, conversions.slowest.milliseconds);
const { megabytes, millisecondsPerMegabyte } = conversions.html;
row("  HTML", `${millisecondsPerMegabyte.toFixed(0)} ms per megabyte (of ${megabytes.toFixed(2)})`);

function row(name: string, value: string, milliseconds?: number): void {
  const time = milliseconds === undefined ? "" : `${milliseconds.toFixed(2)} ms per mail`;
  // deno-lint-ignore no-console
  console.log(`${name.padEnd(34)}${value.padEnd(22)}  ${time}`.trimEnd());
}

function ratio(part: number, total: number): string {
  return `${part} of ${total} (${total === 0 ? "–" : (100 * part / total).toFixed(1)} %)`;
}

function missing(names: readonly string[]): void {
  for (const name of names) row(`  not: ${name}`, "");
}

async function exists(path: URL): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
