/** `/metrics` in the text format of Prometheus 0.0.4. Counts and times; of mail nothing but the mailbox it came to. */

import type { OutcomeKind } from "../../core/decision.ts";
import { VERSION } from "../version.ts";
import type { Health } from "./health.ts";
import { BUCKETS, DESTINATIONS, type Meter } from "./meter.ts";
import type { Snapshot } from "./snapshot.ts";

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const OUTCOMES: readonly OutcomeKind[] = ["created", "commented", "filtered", "failed"];

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number, suffix?: string];

export function metricsText(snapshot: Snapshot, health: Health, meter: Meter): string {
  const { mailboxes, paused } = snapshot;
  return [
    family("build_info", "gauge", "The program's version.", [[{ version: VERSION }, 1]]),
    family("start_time_seconds", "gauge", "When this process began to listen, Unix time.", [
      [{}, Math.round(meter.startedAt / 1000)],
    ]),
    family("up", "gauge", "1 where /healthz is 200, 0 where it is 503.", [[{}, health.ok ? 1 : 0]]),
    family(
      "last_read_timestamp_seconds",
      "gauge",
      "Begin of the last complete read of a mailbox, Unix time.",
      mailboxes.flatMap(({ address, lastSyncAt }): Sample[] =>
        lastSyncAt === null ? [] : [[{ mailbox: address }, Date.parse(lastSyncAt) / 1000]]
      ),
    ),
    family(
      "mails_pending",
      "gauge",
      "Mail that has no outcome yet.",
      mailboxes.map(({ address, pending }) => [{ mailbox: address }, pending]),
    ),
    family(
      "mails",
      "gauge",
      "Mail known to the state, by outcome.",
      mailboxes.flatMap((row) => OUTCOMES.map((outcome): Sample => [{ mailbox: row.address, outcome }, row[outcome]])),
    ),
    family(
      "mails_handled_total",
      "counter",
      "Mail that got its outcome from this process.",
      mailboxes.flatMap(({ address }) =>
        OUTCOMES.map((outcome): Sample => [{ mailbox: address, outcome }, meter.endsOf(address, outcome)])
      ),
    ),
    family(
      "destination_paused",
      "gauge",
      "1 while a destination is paused, by the reason.",
      DESTINATIONS.flatMap((destination) =>
        ["down", "credentials"].map((reason): Sample => [
          { destination, reason },
          paused.some((one) => one.destination === destination && (one.kind ?? "down") === reason) ? 1 : 0,
        ])
      ),
    ),
    family(
      "requests_total",
      "counter",
      "Requests of this process, by the class of the answer; none: no answer.",
      DESTINATIONS.flatMap((destination) =>
        [...meter.requests[destination].answered].map(([answered, count]): Sample => [{ destination, answered }, count])
      ),
    ),
    family(
      "request_duration_seconds",
      "histogram",
      "Time until the answer, of a download until it began.",
      DESTINATIONS.flatMap((destination) => histogram(destination, meter)),
    ),
    family(
      "requests_under_way",
      "gauge",
      "Requests that wait for an answer.",
      DESTINATIONS.map((destination) => [{ destination }, meter.requests[destination].underWay]),
    ),
    family(
      "graph_requests_10m",
      "gauge",
      "Requests of this process for a mailbox in ten minutes, of which Microsoft allows 10,000.",
      mailboxes.map(({ address, requests }) => [{ mailbox: address }, requests]),
    ),
  ].join("");
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const full = `o365_connect_${name}`;
  const lines = samples.map(([labels, value, suffix = ""]) => `${full}${suffix}${written(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

/** Buckets count everything up to their end. */
function histogram(destination: string, { requests }: Meter): Sample[] {
  const { durations, seconds, count } = requests[destination as keyof typeof requests];
  let sum = 0;
  return [
    ...BUCKETS.map((end, index): Sample => [{ destination, le: String(end) }, sum += durations[index]!, "_bucket"]),
    [{ destination, le: "+Inf" }, count, "_bucket"],
    [{ destination }, seconds, "_sum"],
    [{ destination }, count, "_count"],
  ];
}

/** `\`, `"` and line breaks are escaped, as the format asks. */
function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
