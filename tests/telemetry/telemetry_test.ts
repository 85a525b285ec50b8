import assert from "node:assert/strict";
import { o365 } from "../cli/spawn.ts";
import { mail, SINCE } from "../scenarios/world.ts";
import { SetUp, SUPPORT } from "../set_up.ts";

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly spans: {
    readonly name: string;
    readonly spanId: string;
    readonly traceId: string;
    readonly parentSpanId?: string;
    readonly attributes: readonly Attribute[];
    readonly status: { readonly code?: number };
  }[];
  readonly metrics: Map<
    string,
    {
      readonly attributes: readonly Attribute[];
      readonly asDouble?: number;
      readonly asInt?: number;
      readonly count?: number;
    }[]
  >;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly bodies: string[];
}

/** A collector for OTLP over HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
async function collecting(test: (url: string) => Promise<void>): Promise<Sent> {
  const sent: Sent & { resource: Record<string, unknown> } = {
    spans: [],
    metrics: new Map(),
    resource: {},
    bodies: [],
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || !["/v1/traces", "/v1/metrics"].includes(pathname)) {
      return new Response(null, { status: 404 });
    }
    if (request.headers.get("content-type") !== "application/json") return new Response(null, { status: 415 });
    const text = await request.text();
    sent.bodies.push(text);
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(text);
    for (const { resource, scopeSpans } of resourceSpans) {
      Object.assign(sent.resource, valuesOf(resource.attributes));
      for (const { spans } of scopeSpans) sent.spans.push(...spans);
    }
    for (const { scopeMetrics } of resourceMetrics) {
      for (const { metrics } of scopeMetrics) {
        for (const { name, sum, gauge, histogram } of metrics) {
          sent.metrics.set(name, (sum ?? gauge ?? histogram).dataPoints);
        }
      }
    }
    return Response.json({});
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
  return sent;
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const once = (setUp: SetUp, env: Record<string, string>) =>
  o365(["handle-incoming-events", "--once", "--since", SINCE], { cwd: setUp.folder, env: { ...setUp.env, ...env } });

Deno.test("with an OTLP endpoint every attempt at a mail is a trace with its requests, and metrics are sent, without mail content", async () => {
  await using setUp = await SetUp.open();
  const { graph, jira } = setUp.world;
  await graph.deliver(
    SUPPORT,
    mail({ subject: "Salary of Ada", from: "Ada <ada@customer.example>", id: "secret-id@x" }),
  );
  await graph.deliver(SUPPORT, mail({ headers: { "Auto-Submitted": "auto-replied" } }));
  jira.faults.add({ method: "GET", path: /\/user\//, action: { kind: "answer", status: 500 } });
  const sent = await collecting(async (url) => {
    const { code, stdout, stderr } = await once(setUp, {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
    });
    assert.equal(code, 0, `${stdout}${stderr}`);
  });
  assert.equal(sent.resource["service.name"], "o365-connect");
  assert.equal(sent.resource["deployment.environment"], "test");

  const deliveries = sent.spans.filter(({ name }) => name === "delivery").map((span) => ({
    span,
    ...valuesOf(span.attributes),
  }));
  const created = deliveries.find((one) => "outcome" in one && one.outcome === "created")!;
  const attributes = valuesOf(created.span.attributes);
  assert.deepEqual({ ...attributes, "delivery.id": 0 }, {
    mailbox: SUPPORT,
    folder: "inbox",
    "delivery.id": 0,
    "delivery.attempts": 1,
    outcome: "created",
    issue: "SUP-1",
  });
  const attempts = deliveries.map(({ span }) => valuesOf(span.attributes))
    .filter((one) => one["delivery.id"] === attributes["delivery.id"]);
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ["unfinished", "created"],
    "an attempt is a trace of its own",
  );
  const children = sent.spans.filter(({ parentSpanId }) => parentSpanId === created.span.spanId);
  assert.ok(children.every(({ traceId }) => traceId === created.span.traceId));
  const told = children.map(({ name, attributes }) => `${name} ${valuesOf(attributes)["url.template"]}`);
  assert.ok(told.includes("POST jira /rest/api/3/issue"), told.join("\n"));
  assert.ok(told.includes("GET graph /v1.0/users/{id}/messages/{id}"), told.join("\n"));
  assert.ok(
    sent.spans.every(({ name, parentSpanId, status }) =>
      name === "delivery" || parentSpanId !== undefined || status.code === 2
    ),
  );

  const points = (name: string) =>
    sent.metrics.get(name)!.map((point) => ({ ...point, ...valuesOf(point.attributes) }));
  const mails = points("o365_connect.mails") as { outcome?: string; asInt?: number; asDouble?: number }[];
  const count = (outcome: string) =>
    mails.filter((one) => one.outcome === outcome).reduce((sum, one) => sum + Number(one.asInt ?? one.asDouble), 0);
  assert.equal(count("created"), 1);
  assert.ok(count("filtered") >= 1);
  assert.ok(points("http.client.request.duration").length > 3);
  assert.deepEqual(points("o365_connect.mails.pending").map((one) => Number(one.asInt ?? one.asDouble)), [0]);
  for (
    const detail of [
      "Salary",
      "customer.example",
      "secret-id",
      setUp.env.JIRA_PLATFORM_TOKEN!,
      setUp.env.O365_CLIENT_SECRET!,
    ]
  ) {
    assert.ok(sent.bodies.every((body) => !body.includes(detail)), `${detail} was sent`);
  }
});

Deno.test("a collector that is away, or never answers, neither loses mail nor holds up the end", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  for (const url of ["http://127.0.0.1:9", `http://127.0.0.1:${silent.addr.port}`]) {
    await using setUp = await SetUp.open();
    await setUp.world.graph.deliver(SUPPORT, mail());
    const before = performance.now();
    const { code, stderr } = await once(setUp, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    assert.equal(code, 0, stderr);
    assert.equal(setUp.world.store.issues().length, 1);
    assert.ok(performance.now() - before < 20_000);
    assert.ok((stderr.match(/OpenTelemetry cannot send/g) ?? []).length <= 1, stderr);
  }
});

Deno.test("without an endpoint, or with OTEL_SDK_DISABLED, nothing of OpenTelemetry is sent", async () => {
  await using setUp = await SetUp.open();
  const sent = await collecting(async (url) => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: "true" };
    assert.equal((await once(setUp, env)).code, 0);
    assert.equal((await once(setUp, { OTEL_SERVICE_NAME: "x" })).code, 0);
  });
  assert.deepEqual(sent.bodies, []);
});
