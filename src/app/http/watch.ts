/** Who looks at a running listener: the page, OpenTelemetry. Without them nothing is loaded and nothing is counted. */

import { systemClock } from "../../core/clock.ts";
import type { Http } from "../../core/http_port.ts";
import type { Delivery, Finish } from "../../core/state_port.ts";
import type { Bridge } from "../bridge.ts";
import type { PageOptions } from "./server.ts";

export interface Watch {
  /** Every request passes here. */
  through(http: Http): Http;
  /** Every attempt at a delivery is made here. */
  around(delivery: Delivery, work: () => Promise<void>): Promise<void>;
  /** Every mail that got its outcome. */
  onEnd(delivery: Delivery, finish: Finish): void;
  /** The parts are connected: there is something to see. */
  open(bridge: Bridge): void;
  /** The parts are about to be closed. `hurried`: somebody asked to stop. */
  shut(hurried: boolean): Promise<void>;
  close(hurried: boolean): Promise<void>;
}

/** Begins before anybody outside is asked: a port that is taken is told at once. */
export async function watchWith(page: PageOptions | null): Promise<Watch> {
  const watches: Watch[] = [];
  if (page !== null) watches.push(await pageWatch(page));
  if (isTelemetryWanted()) {
    const { startTelemetry } = await import("../telemetry.ts");
    watches.push(startTelemetry((name) => Deno.env.get(name)));
  }
  return watches.reduce(both, NOBODY);
}

/** As every OpenTelemetry SDK does, from the process environment alone. */
function isTelemetryWanted(): boolean {
  const endpoint = Deno.env.get("OTEL_EXPORTER_OTLP_ENDPOINT") ?? "";
  return endpoint.trim() !== "" && Deno.env.get("OTEL_SDK_DISABLED")?.toLowerCase() !== "true";
}

async function pageWatch(page: PageOptions): Promise<Watch> {
  const { Meter } = await import("./meter.ts");
  const { servePage } = await import("./server.ts");
  const meter = new Meter(systemClock);
  const server = servePage(page, meter, systemClock);
  return {
    ...NOBODY,
    through: (http) => meter.through(http),
    onEnd: (delivery, finish) => meter.ended(delivery, finish),
    open: (bridge) => server.watch(bridge),
    shut: () => Promise.resolve(server.watch(null)),
    close: () => server.close(),
  };
}

const NOBODY: Watch = {
  through: (http) => http,
  around: (_delivery, work) => work(),
  onEnd() {},
  open() {},
  shut: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

function both(one: Watch, other: Watch): Watch {
  return {
    through: (http) => other.through(one.through(http)),
    around: (delivery, work) => one.around(delivery, () => other.around(delivery, work)),
    onEnd(delivery, finish) {
      one.onEnd(delivery, finish);
      other.onEnd(delivery, finish);
    },
    open(bridge) {
      one.open(bridge);
      other.open(bridge);
    },
    async shut(hurried) {
      await Promise.all([one.shut(hurried), other.shut(hurried)]);
    },
    async close(hurried) {
      await Promise.all([one.close(hurried), other.close(hurried)]);
    },
  };
}
