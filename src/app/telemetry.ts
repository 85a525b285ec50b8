/**
 * OpenTelemetry: a trace per delivery with its requests, and metrics, sent by OTLP over HTTP. Loaded only where
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is set. Never a subject, a text, or an address other than the mailbox's.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { diag, DiagLogLevel, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { getLogger } from "@logtape/logtape";
import { NetworkError } from "../core/errors.ts";
import type { Http, HttpAnswer, HttpRequest } from "../core/http_port.ts";
import type { Delivery, Finish } from "../core/state_port.ts";
import type { Bridge } from "./bridge.ts";
import { VERSION } from "./version.ts";

/** At the end: what has not left by then is lost. Who was asked to stop has ten seconds for everything (contract §2). */
const FLUSH_MS = 2_000;
const HURRIED_FLUSH_MS = 500;
/** OTEL_METRIC_EXPORT_INTERVAL, as the specification has it. */
const INTERVAL_MS = 60_000;
/** Seconds; https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ for requests. */
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const DELIVERY_BUCKETS = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

const logger = getLogger(["o365-connect", "telemetry"]);

export interface Telemetry {
  /** The same transport; its requests are measured, and traced where they belong to a delivery or fail. */
  through(http: Http): Http;
  /** One attempt at a delivery: a trace of its own. */
  around(delivery: Delivery, work: () => Promise<void>): Promise<void>;
  onEnd(delivery: Delivery, finish: Finish): void;
  /** What is counted in the state. */
  open(bridge: Pick<Bridge, "state" | "destinations" | "mailboxes">): void;
  /** The state is about to be closed. */
  shut(hurried: boolean): Promise<void>;
  close(hurried: boolean): Promise<void>;
}

export function startTelemetry(env: (name: string) => string | undefined): Telemetry {
  sayErrorsOnce();
  const resource = resourceFromAttributes({ "service.name": "o365-connect", "service.version": VERSION })
    .merge(detectResources({ detectors: [envDetector] }));
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    ...periodOf(env("OTEL_METRIC_EXPORT_INTERVAL")),
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const tracer = tracers.getTracer("o365-connect", VERSION);
  const meter = meters.getMeter("o365-connect", VERSION);
  const mails = meter.createCounter("o365_connect.mails", { description: "Mail that got its outcome" });
  const attempts = meter.createHistogram("o365_connect.delivery.duration", {
    description: "Time of one attempt at a mail",
    unit: "s",
    advice: { explicitBucketBoundaries: DELIVERY_BUCKETS },
  });
  const requests = meter.createHistogram("http.client.request.duration", {
    description: "Time until the answer, of a download until it began",
    unit: "s",
    advice: { explicitBucketBoundaries: REQUEST_BUCKETS },
  });
  const pending = meter.createObservableGauge("o365_connect.mails.pending", { description: "Mail without an outcome" });
  const failed = meter.createObservableGauge("o365_connect.mails.failed", {
    description: "Mail in the list of failed",
  });
  const age = meter.createObservableGauge("o365_connect.read.age", {
    description: "Since the begin of the last complete read of a mailbox",
    unit: "s",
  });
  const paused = meter.createObservableGauge("o365_connect.destination.paused", { description: "1 while paused" });
  const current = new AsyncLocalStorage<{ readonly span: Span; outcome: string | null }>();
  let watched: Pick<Bridge, "state" | "destinations" | "mailboxes"> | null = null;

  meter.addBatchObservableCallback(async (result) => {
    if (watched === null) return;
    const { state, destinations, mailboxes } = watched;
    for (const row of await state.counts()) {
      if (!mailboxes.includes(row.address)) continue;
      const attributes = { mailbox: row.address };
      result.observe(pending, row.pending, attributes);
      result.observe(failed, row.failed, attributes);
      if (row.lastSyncAt !== null) result.observe(age, (Date.now() - Date.parse(row.lastSyncAt)) / 1000, attributes);
    }
    for (const { destination, reason } of destinations.paused()) result.observe(paused, 1, { destination, reason });
  }, [pending, failed, age, paused]);

  async function send(http: Http, request: HttpRequest): Promise<HttpAnswer> {
    const startTime = Date.now();
    const before = performance.now();
    const parent = current.getStore()?.span;
    const attributes = { destination: request.destination, "http.request.method": request.method };
    const end = (told: Record<string, string | number>, wrong: boolean) => {
      requests.record((performance.now() - before) / 1000, { ...attributes, ...told });
      // Every few seconds each mailbox is read: only what goes wrong there is worth a trace.
      if (parent === undefined && !wrong) return;
      const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
      const span = tracer.startSpan(`${request.method} ${request.destination}`, {
        kind: SpanKind.CLIENT,
        startTime,
        attributes: { ...attributes, ...told, ...placeOf(request.url) },
      }, context);
      if (wrong) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    try {
      const answer = await http.send(request);
      end({ "http.response.status_code": answer.status }, answer.status >= 400);
      return answer;
    } catch (error) {
      const type = error instanceof NetworkError ? error.reason : "error";
      if (type !== "aborted") end({ "error.type": type }, true);
      throw error;
    }
  }

  return {
    through: (http) => ({ send: (request) => send(http, request), close: () => http.close() }),
    async around(delivery, work) {
      const before = performance.now();
      const span = tracer.startSpan("delivery", {
        attributes: {
          mailbox: delivery.mailbox,
          folder: delivery.folder,
          "delivery.id": delivery.id,
          "delivery.attempts": delivery.attempts,
        },
      }, ROOT_CONTEXT);
      const store = { span, outcome: null };
      try {
        await current.run(store, work);
      } finally {
        const outcome = store.outcome ?? "unfinished";
        span.setAttribute("outcome", outcome);
        span.end();
        attempts.record((performance.now() - before) / 1000, { mailbox: delivery.mailbox, outcome });
      }
    },
    onEnd({ mailbox }, { outcome, filter, issue, step }) {
      mails.add(1, { mailbox, outcome, ...(filter === null ? {} : { filter }) });
      const store = current.getStore();
      if (store === undefined) return;
      store.outcome = outcome;
      if (filter !== null) store.span.setAttribute("filter", filter);
      if (issue !== null) store.span.setAttribute("issue", issue.key);
      if (step !== undefined) store.span.setAttribute("step", step);
      if (outcome === "failed") store.span.setStatus({ code: SpanStatusCode.ERROR });
    },
    open(bridge) {
      watched = bridge;
    },
    async shut(hurried) {
      // The last figures of the state, before it is closed.
      if (watched !== null) await inTime([meters.forceFlush()], hurried);
      watched = null;
    },
    async close(hurried) {
      await inTime([tracers.shutdown(), meters.shutdown()], hurried);
      diag.disable();
    },
  };
}

function periodOf(text: string | undefined): { exportIntervalMillis: number; exportTimeoutMillis: number } {
  const asked = Number(text);
  const exportIntervalMillis = Number.isFinite(asked) && asked >= 100 ? asked : INTERVAL_MS;
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(exportIntervalMillis, 30_000) };
}

/** A collector that does not answer may not hold up the end. */
async function inTime(work: readonly Promise<unknown>[], hurried: boolean): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(resolve, hurried ? HURRIED_FLUSH_MS : FLUSH_MS));
  await Promise.race([Promise.allSettled(work), late]);
  clearTimeout(timer);
}

/** Host and path; ids, keys and addresses in the path become `{id}`. */
function placeOf(url: string): Record<string, string> {
  if (!URL.canParse(url)) return {};
  const { hostname, pathname } = new URL(url);
  const template = pathname.split("/").map((segment) => isWord(segment) ? segment : "{id}").join("/");
  return { "server.address": hostname, "url.template": template };
}

/** `messages`, `mailFolders`, `v1.0`, `3`; not `SUP-12`, `10001`, an address, or a folder's or message's id. */
function isWord(segment: string): boolean {
  return /^([a-z]{1,24}|v\d\.\d|\d|)$/i.test(segment) || /^\$[a-z]+$/i.test(segment);
}

/** The SDK repeats itself every few seconds while the collector is away. */
function sayErrorsOnce(): void {
  let said = false;
  const say = (message: string) => {
    if (said) return;
    said = true;
    const why = message.match(/"message":"([^"]{1,200})/)?.[1] ?? message.slice(0, 200);
    logger.warn("OpenTelemetry cannot send: {why}. Mail is handled as ever; this is said once.", { why });
  };
  diag.setLogger({ error: say, warn() {}, info() {}, debug() {}, verbose() {} }, DiagLogLevel.ERROR);
}
