/** The weather of a cycle: what the services do beside answering wrong. */

import type { SimWorld } from "../../src/app/sim_world.ts";
import type { Service } from "./kills.ts";
import type { Weather } from "./script.ts";

export class Sky {
  /** How often each kind of weather came. */
  readonly counts = new Map<string, number>();
  #outage: { readonly service: Service; readonly until: number } | null = null;

  constructor(private readonly world: SimWorld) {}

  change(weather: Weather): void {
    const { graph, entra, store } = this.world;
    const count = (name: string) => this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (weather.expireTokens) {
      entra.expireAllTokens();
      count("tokens expired");
    }
    if (weather.deltaRefusal === "all") graph.delta.forgetTokens();
    else if (weather.deltaRefusal !== null) graph.delta.refuseNext(weather.deltaRefusal);
    if (weather.deltaRefusal !== null) count("delta link refused");
    const { repeats, reversed, emptyPages, maxPageSize } = weather;
    Object.assign(graph.delta.behaviour, { repeats, reversed, emptyPages, maxPageSize });
    if (repeats > 0) count("delta repeats");
    if (reversed) count("delta reversed");
    store.searchLagMs = weather.searchLagMs;
    if (weather.searchLagMs > 0) count("search lags");
    graph.sending.sentCopyDelayMs = weather.sentCopyDelayMs;
    if (weather.sentCopyDelayMs > 0) count("Sent Items late");
    this.#outage = weather.outage === null
      ? null
      : { service: weather.outage.service, until: Date.now() + weather.outage.ms };
    if (weather.outage !== null) count("outage");
  }

  /** Nothing is unusual any more. */
  clear(): void {
    this.#outage = null;
    const { graph, store } = this.world;
    Object.assign(graph.delta.behaviour, { repeats: 0, reversed: false, emptyPages: 0, maxPageSize: 100 });
    graph.sending.sentCopyDelayMs = 0;
    store.searchLagMs = 0;
  }

  isDown(service: Service): boolean {
    return this.#outage?.service === service && Date.now() < this.#outage.until;
  }
}
