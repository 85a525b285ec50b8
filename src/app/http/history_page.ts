/** Every mail with its outcome, with filters, a page at a time. */

import type { ConfigProblem } from "../../core/errors.ts";
import type { HistoryQuery, State } from "../../core/state_port.ts";
import { type HistoryEntry, toEntry } from "../history.ts";
import { filterOf } from "../history_filter.ts";
import { type Html, html } from "./html.ts";
import { historyTable } from "./mail_table.ts";

const PAGE = 50;
const OUTCOMES = ["created", "commented", "filtered", "failed", "pending"] as const;

export interface HistoryPage {
  readonly words: HistoryWords;
  readonly problems: readonly ConfigProblem[];
  readonly entries: readonly HistoryEntry[];
  /** Query string of the page with the mail before these; `null`: there is none. */
  readonly older: string | null;
}

/** What the form says, as typed. */
export interface HistoryWords {
  readonly since: string;
  readonly until: string;
  readonly from: string;
  readonly outcome: string;
  readonly mailbox: string;
}

/** Reads the page that a query string asks for. What is wrong with it is told, and nothing is read then. */
export async function readHistoryPage(
  query: URLSearchParams,
  state: Pick<State, "history">,
  jiraUrl: string | null,
): Promise<HistoryPage> {
  const word = (name: string) => (query.get(name) ?? "").trim().slice(0, 320);
  const words: HistoryWords = {
    since: word("since"),
    until: word("until"),
    from: word("from"),
    outcome: word("outcome"),
    mailbox: word("mailbox"),
  };
  const problems: ConfigProblem[] = [];
  const outcome = OUTCOMES.find((one) => one === words.outcome);
  if (words.outcome !== "" && outcome === undefined) {
    problems.push({ name: "--outcome", problem: `expected one of ${OUTCOMES.join(", ")}` });
  }
  const { limit: _, ...filter } = filterOf({
    since: words.since || undefined,
    until: words.until || undefined,
    from: words.from || undefined,
    mailbox: words.mailbox || undefined,
    outcome,
    limit: String(PAGE),
  }, problems);
  const after = afterOf(query.get("after"));
  if (after === null) problems.push({ name: "--after", problem: "is no place in this list" });
  if (problems.length > 0 || after === null) return { words, problems, entries: [], older: null };
  // One more than is shown tells whether there are more.
  const rows = await state.history({ ...filter, ...(after === undefined ? {} : { after }), limit: PAGE + 1 });
  const entries = rows.slice(0, PAGE).map((row) => toEntry(row, jiraUrl));
  const last = entries.at(-1);
  return { words, problems, entries, older: rows.length > PAGE && last !== undefined ? olderThan(words, last) : null };
}

function afterOf(text: string | null): HistoryQuery["after"] | null {
  if (text === null) return undefined;
  const [, receivedAt, id] = text.match(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\d{1,15})$/) ?? [];
  return receivedAt === undefined || Number.isNaN(Date.parse(receivedAt)) ? null : { receivedAt, id: id! };
}

function olderThan(words: HistoryWords, { receivedAt, id }: HistoryEntry): string {
  const set = Object.entries(words).filter(([, value]) => value !== "");
  return new URLSearchParams([...set, ["after", `${receivedAt} ${id}`]]).toString();
}

export function historyPage({ words, problems, entries, older }: HistoryPage, mailboxes: readonly string[]): Html {
  return html`
    <h1>History</h1>
    <form class="filters" method="get" action="/history">
    <label>From day <input type="date" name="since" value="${words.since}"></label>
    <label>To day <input type="date" name="until" value="${words.until}"></label>
    <label>Sender <input name="from" value="${words
      .from}" placeholder="ada@example.com, *.example.com" autocomplete="off" spellcheck="false"></label>
    <label>Outcome ${choice("outcome", words.outcome, OUTCOMES)}</label>
    ${mailboxes.length < 2 ? null : html`<label>Mailbox ${choice("mailbox", words.mailbox, mailboxes)}</label>`}
    <button class="main">Show</button> <a class="button" href="/history">Clear</a>
    </form>
    ${problems.map(({ name, problem }) => html`<p class="error" role="alert">${NAMES[name] ?? name}: ${problem}.</p>`)}
    ${entries.length > 0
      ? historyTable(entries, { details: true, severalMailboxes: mailboxes.length > 1 })
      : problems.length > 0
      ? null
      : html`<p class="empty">No mail is known for which all of this holds.</p>`}
    <p class="more">${older === null
      ? null
      : html`<a class="button" rel="next" href="/history?${older}">Older mail</a>`}
    <span class="faint">Days are those of UTC. Subjects and texts are not kept.</span></p>
  `;
}

/** What the fields are called on the page. */
const NAMES: Readonly<Record<string, string>> = {
  "--since": "From day",
  "--until": "To day",
  "--from": "Sender",
  "--outcome": "Outcome",
  "--after": "Older mail",
};

function choice(name: string, chosen: string, options: readonly string[]): Html {
  const selected = html`
    selected
  `;
  return html`<select name="${name}"><option value="">any</option>${
    options.map((option) => html`<option${option === chosen ? selected : null}>${option}</option>`)
  }</select>`;
}
