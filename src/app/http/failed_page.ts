/** Mail that could not be handled, and the two things that can be done about it. */

import type { FailedRow } from "../../core/state_port.ts";
import { type Html, html } from "./html.ts";
import { csrfField, number, time } from "./layout.ts";
import type { Session } from "./sessions.ts";

/** More are for the command line. */
const SHOWN = 200;

export function failedPage(rows: readonly FailedRow[], session: Session | null): Html {
  if (rows.length === 0) {
    return html`
      <h1>Failed mail</h1>
      <p class="empty">Nothing has failed. What fails is listed here with its reason, until
      somebody decides about it.</p>
    `;
  }
  return html`
    <h1>Failed mail</h1>
    <div class="actions">
      <p>${number(rows.length)} ${rows.length === 1
        ? "mail"
        : "mails"}. Retrying goes on at the step that failed; nothing is
    written twice. Discarding leaves the mail in the mailbox and makes no issue of it.</p>
      ${session === null ? null : retryAll(session)}
    </div>
    <ul class="failures">${rows.slice(0, SHOWN).map((row) => failure(row, session))}</ul>
    ${rows.length <= SHOWN
      ? null
      : html`<p class="more">The oldest ${SHOWN} are shown; all of them: <code>o365-connect failed list</code></p>`}
  `;
}

function retryAll(session: Session): Html {
  const fields = html`${csrfField(session)}<input type="hidden" name="all" value="yes">`;
  return html`<form method="post" action="/failed/retry">${fields}<button>Retry all</button></form>`;
}

function failure(row: FailedRow, session: Session | null): Html {
  return html`
    <li>
      <div class="what">
        <p class="subject"><bdi>${row.subject ?? "(no subject)"}</bdi></p>
        <p class="faint">from <bdi>${row.from ?? "an unknown sender"}</bdi> to ${row.mailbox}, failed ${time(
          row.failedAt,
        )}${row.attempts < 2 ? null : ` after ${row.attempts} attempts`} (no. ${row.id})</p>
        <p class="error"><strong>${row.step}</strong> ${row.error}</p>
      </div>
      ${session === null ? null : decisions(row.id, session)}
    </li>
  `;
}

function decisions(id: string, session: Session): Html {
  const fields = html`${csrfField(session)}<input type="hidden" name="id" value="${id}">`;
  return html`
    <div class="decide">
      <form method="post" action="/failed/retry">${fields}<button class="main">Retry</button></form>
      <details>
        <summary class="button">Discard…</summary>
        <form method="post" action="/failed/discard">
          ${fields}
          <p>No issue for this mail, for good.</p>
          <button class="danger">Yes, discard</button>
        </form>
      </details>
    </div>
  `;
}
