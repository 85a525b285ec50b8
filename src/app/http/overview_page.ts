/** The first page: is it well, how much is there, what happened last. */

import type { OutcomeKind } from "../../core/decision.ts";
import { DESTINATION_NAMES } from "../../core/errors.ts";
import type { HistoryEntry } from "../history.ts";
import type { Health } from "./health.ts";
import { Html, html } from "./html.ts";
import { ago, number, time } from "./layout.ts";
import { DESTINATIONS, type Meter } from "./meter.ts";
import { badge, historyTable } from "./mail_table.ts";
import type { MailboxSnapshot, PauseSnapshot, Snapshot } from "./snapshot.ts";

/** https://learn.microsoft.com/graph/throttling-limits, Outlook service: per app and mailbox in ten minutes. */
const GRAPH_LIMIT = 10_000;
/** Same page: requests at once per app and mailbox. */
const GRAPH_AT_ONCE = 4;
const OUTCOMES: readonly OutcomeKind[] = ["created", "commented", "filtered", "failed"];

export interface Overview {
  readonly snapshot: Snapshot;
  readonly health: Health;
  readonly meter: Meter;
  /** The newest mail; without sender, reason and issue where nobody is logged in. */
  readonly last: readonly HistoryEntry[];
  readonly details: boolean;
}

export function overviewPage({ snapshot, health, meter, last, details }: Overview): Html {
  const { mailboxes, paused, lastError } = snapshot;
  return html`
    <h1 class="unseen">Overview</h1>
    ${healthBanner(health)}
    <section class="cards" aria-label="Figures">
    ${rateCard(meter)}
    ${queueCard(mailboxes)}
    ${failedCard(mailboxes)}
    </section>
    <section>
    <h2>Mailboxes</h2>
    ${mailboxTable(mailboxes, health)}
    </section>
    <div class="pair">
      <section>
    <h2>Destinations</h2>
    ${destinationList(paused, details)}
      </section>
      <section>
    <h2>Request budgets</h2>
    ${budgets(mailboxes, meter, snapshot.now)}
      </section>
    </div>
    <section>
    <h2>Last outcomes, without our own mail</h2>
    ${last.length === 0
      ? html`<p class="empty">No mail is known yet.</p>`
      : historyTable(last, { details, severalMailboxes: mailboxes.length > 1 })}
    ${details
      ? html`<p class="more"><a href="/history">All mail</a></p>`
      : html`<p class="more">Senders, reasons and issues are shown after <a href="/login">logging in</a>.</p>`}
    </section>
    ${details && lastError !== null
      ? html`
        <section>
          <h2>Last error</h2>
          <p class="error">${time(lastError.at)} ${lastError.error}</p>
        </section>
      `
      : null}
  `;
}

function healthBanner({ ok, problems }: Health): Html {
  return ok
    ? html`<p class="health good"><span class="dot"></span>Every mailbox is read, every credential accepted.</p>`
    : html`<div class="health bad" role="alert"><span class="dot"></span><ul>${
      problems.map((problem) => html`<li>${problem}</li>`)
    }</ul></div>`;
}

function rateCard(meter: Meter): Html {
  const minutes = OUTCOMES.map((outcome) => meter.perMinute(outcome));
  const totals = minutes[0]!.map((_, at) => minutes.reduce((sum, one) => sum + one[at]!, 0));
  const lastOf = (count: number) => totals.slice(-count).reduce((sum, one) => sum + one, 0);
  return html`<div class="card wide">
<h2>Handled</h2>
<p class="figure">${number(lastOf(60))}<small>in the last hour</small></p>
<p class="faint">${number(lastOf(10))} in the last ten minutes</p>
${chart(minutes, totals)}
</div>`;
}

const CHART_HEIGHT = 48;

/** A bar per minute, a colour per outcome; drawn with attributes, for styles inside the page are forbidden. */
function chart(minutes: readonly (readonly number[])[], totals: readonly number[]): Html {
  const highest = Math.max(1, ...totals);
  const bars = totals.flatMap((_, at) => {
    let top = CHART_HEIGHT;
    return minutes.map((counts, kind) => {
      const height = counts[at]! / highest * CHART_HEIGHT;
      if (height === 0) return null;
      top -= height;
      return html`
        <rect class="${OUTCOMES[kind]!}" x="${at * 4}" y="${top.toFixed(2)}" width="3" height="${height.toFixed(2)}" />
      `;
    });
  });
  return html`
    <svg class="chart" viewBox="0 0 240 ${CHART_HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="Mail handled in each of the last 60 minutes, at most ${highest}"><line x1="0" x2="240" y1="${CHART_HEIGHT}" y2="${CHART_HEIGHT}"/>${bars}</svg>
    <p class="legend">${OUTCOMES.map((outcome) => html`<span class="${outcome}">${outcome}</span>`)}</p>
  `;
}

function queueCard(mailboxes: readonly MailboxSnapshot[]): Html {
  const pending = sum(mailboxes, "pending");
  return html`
    <div class="card">
      <h2>Queue</h2>
      <p class="figure">${number(pending)}<small>${pending === 1 ? "mail waits" : "mails wait"}</small></p>
      <p class="faint">${pending === 0 ? "Nothing is left to do." : "They are handled oldest first."}</p>
    </div>
  `;
}

function failedCard(mailboxes: readonly MailboxSnapshot[]): Html {
  const failed = sum(mailboxes, "failed");
  return html`
    <div class="card${failed === 0 ? null : TROUBLED}">
      <h2>Failed</h2>
      <p class="figure">${number(failed)}<small>${failed === 1 ? "mail" : "mails"}</small></p>
      <p class="faint">${failed === 0 ? "Nothing needs a decision." : html`<a href="/failed">Retry or discard</a>`}</p>
    </div>
  `;
}

const TROUBLED = new Html(" troubled");

function sum(mailboxes: readonly MailboxSnapshot[], field: "pending" | "failed"): number {
  return mailboxes.reduce((total, row) => total + row[field], 0);
}

function mailboxTable(mailboxes: readonly MailboxSnapshot[], health: Health): Html {
  if (mailboxes.length === 0) return html`<p class="empty">No mailbox has been started yet.</p>`;
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Mailbox</th>
            <th>Last read</th>
            <th class="number">Waiting</th>
            <th class="number">Created</th>
            <th class="number">Commented</th>
            <th class="number">Filtered</th>
            <th class="number">Failed</th>
            <th>Since</th>
          </tr>
        </thead>
        <tbody>${mailboxes.map((row) => {
          const ok = health.mailboxes.find(({ mailbox }) => mailbox === row.address)?.ok ?? true;
          return html`
            <tr>
              <th scope="row">${row.address}</th>
              <td class="once">${ok
                ? ago(row.readAgeSeconds)
                : html`<span class="badge failed">${ago(row.readAgeSeconds)}</span>`}</td>
              <td class="number">${number(row.pending)}</td>
              <td class="number">${number(row.created)}</td>
              <td class="number">${number(row.commented)}</td>
              <td class="number">${number(row.filtered)}</td>
              <td class="number">${number(row.failed)}</td>
              <td class="when">${time(row.startedAt)}</td>
            </tr>
          `;
        })}</tbody>
      </table>
    </div>
  `;
}

function destinationList(paused: readonly PauseSnapshot[], details: boolean): Html {
  return html`<ul class="rows">${
    DESTINATIONS.map((destination) => {
      const pauses = paused.filter((one) => one.destination === destination);
      return html`<li><strong>${DESTINATION_NAMES[destination]}</strong>${
        pauses.length === 0 ? badge("created", "in use") : pauses.map((pause) => pausedWords(pause, details))
      }</li>`;
    })
  }</ul>`;
}

function pausedWords({ scope, since, kind, error }: PauseSnapshot, details: boolean): Html {
  const why = kind === "credentials" ? "paused: credentials refused" : "paused: does not answer";
  return html`${badge("failed", why)}<span class="faint">${scope === "" ? null : `for ${scope} `}${
    since === null ? null : html`since ${time(since)}`
  }</span>${details && error !== null ? html`<p class="error">${error}</p>` : null}`;
}

function budgets(mailboxes: readonly MailboxSnapshot[], meter: Meter, now: number): Html {
  const throttled = DESTINATIONS.flatMap((destination) => {
    const { throttledAt } = meter.requests[destination];
    return throttledAt === null ? [] : [
      html`<li class="faint">${DESTINATION_NAMES[destination]} last asked us to wait ${
        ago((now - throttledAt) / 1000)
      }.</li>`,
    ];
  });
  const { jiraLimit } = meter;
  return html`<ul class="rows">
${
    mailboxes.map(({ address, requests, underWay }) =>
      html`<li><strong>Microsoft Graph</strong> <span class="faint">${address}</span>
${gauge(requests, GRAPH_LIMIT)}<span class="faint">${number(requests)} of ${
        number(GRAPH_LIMIT)
      } requests in ten minutes, ${underWay} of ${GRAPH_AT_ONCE} at once</span></li>`
    )
  }
<li><strong>Jira</strong>${
    jiraLimit === null
      ? null
      : html`${gauge(jiraLimit.limit - jiraLimit.remaining, jiraLimit.limit)}<span class="faint">${
        number(jiraLimit.remaining)
      } of ${number(jiraLimit.limit)} left, as Jira told ${ago((now - jiraLimit.at) / 1000)}</span>`
  }<span class="faint">${number(meter.jiraRequests())} requests in ten minutes</span></li>
${throttled}</ul>`;
}

function gauge(value: number, max: number): Html {
  return html`<meter min="0" max="${max}" low="${max * 0.6}" high="${max * 0.85}" optimum="0" value="${
    Math.min(value, max)
  }"></meter>`;
}
