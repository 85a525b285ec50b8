/** Mail as rows. */

import type { HistoryEntry } from "../history.ts";
import { type Html, html } from "./html.ts";
import { time } from "./layout.ts";

export function badge(kind: string, text: string): Html {
  return html`<span class="badge ${kind}">${text}</span>`;
}

export interface TableOptions {
  /** Senders, reasons and issues. */
  readonly details: boolean;
  readonly severalMailboxes: boolean;
}

export function historyTable(entries: readonly HistoryEntry[], { details, severalMailboxes }: TableOptions): Html {
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr><th>Received</th>${severalMailboxes ? html`<th>Mailbox</th>` : null}${details
            ? html`<th>From</th>`
            : null}<th>Outcome</th>${details
            ? html`
              <th>Issue</th>
              <th>Reason</th>
            `
            : null}</tr>
        </thead>
        <tbody>${entries.map((entry) =>
          html`<tr>
<td class="when">${time(entry.receivedAt)}</td>${severalMailboxes ? html`<td>${entry.mailbox}</td>` : null}${
            details ? html`<td><bdi>${entry.from ?? "–"}</bdi></td>` : null
          }
<td class="once">${badge(entry.outcome, entry.outcome)}${
            entry.filter === null ? null : html`
              <span class="faint">${entry.filter}</span>
            `
          }</td>${
            details
              ? html`
                <td class="once">${issueLink(entry)}</td>
                <td class="reason">${entry.reason ?? "–"}</td>
              `
              : null
          }
</tr>`
        )}</tbody>
      </table>
    </div>
  `;
}

function issueLink({ issue, issueUrl }: Pick<HistoryEntry, "issue" | "issueUrl">): Html {
  if (issue === null) return html`–`;
  return issueUrl === null
    ? html`${issue}`
    : html`<a href="${issueUrl}" target="_blank" rel="noopener noreferrer">${issue}</a>`;
}
