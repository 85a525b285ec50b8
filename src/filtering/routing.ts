/** Where a new issue goes. */

import type { Route } from "../core/decision.ts";
import type { Envelope } from "../core/mail.ts";
import { addressesOfMailbox, comparable, isOneOf, plusPart } from "./addresses.ts";

/** A board whose project is known. */
export interface RouteTarget {
  /** `support` for `JIRA_SUPPORT_BOARD`; `null` for a project that was named directly. */
  readonly board: string | null;
  readonly project: string;
}

export interface RouteConfig {
  /** `O365_ADDRESSES`. */
  readonly addresses: readonly string[];
  /** The boards of `JIRA_BOARDS`: those that a plus-address can name. */
  readonly boards: readonly RouteTarget[];
  /** `O365_MAILBOX_BOARDS`. */
  readonly mailboxBoards: readonly { readonly mailbox: string; readonly target: RouteTarget }[];
  readonly default: RouteTarget;
  readonly issueType: string;
  readonly labels: readonly string[];
}

const PRIORITIES: Readonly<Record<Envelope["importance"], Route["priority"]>> = {
  high: "High",
  low: "Low",
  normal: null,
};

/** A plus-address of ours wins, then the mailbox's board, then the default. An unknown plus part says nothing. */
export function routeMail(envelope: Envelope, config: RouteConfig): Route {
  const target = byPlusAddress(envelope, config) ?? byMailbox(envelope, config) ?? config.default;
  return {
    board: target.board,
    project: target.project,
    issueType: config.issueType,
    labels: config.labels,
    priority: PRIORITIES[envelope.importance],
  };
}

function byPlusAddress(envelope: Envelope, { addresses, boards }: RouteConfig): RouteTarget | undefined {
  const ours = addressesOfMailbox(envelope, addresses);
  for (const { address } of [...envelope.to, ...envelope.cc, ...envelope.bcc]) {
    const key = plusPart(address);
    if (key === null || !isOneOf(address, ours)) continue;
    const target = boards.find(({ board }) => board !== null && boardKey(board) === boardKey(key));
    if (target !== undefined) return target;
  }
  return undefined;
}

/** A variable's name holds `_` where people write `-` in an address. */
function boardKey(text: string): string {
  return text.toLowerCase().replaceAll("-", "_");
}

function byMailbox({ mailbox }: Envelope, { mailboxBoards }: RouteConfig): RouteTarget | undefined {
  return mailboxBoards.find((entry) => comparable(entry.mailbox) === comparable(mailbox))?.target;
}
