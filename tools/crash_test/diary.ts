/** What happened, and when: deliveries, kills and requests, to be read around a mail with which something is wrong. */

import type { SimWorld } from "../../src/app/sim_world.ts";
import { SERVICES } from "./kills.ts";
import type { Post } from "./post.ts";
import type { Script } from "./script.ts";

export class Diary {
  readonly startedAt = Date.now();
  readonly #events: { readonly at: number; readonly text: string }[] = [];

  note(text: string): void {
    this.#events.push({ at: Date.now(), text });
  }

  /** Writes and looks from a second before the mail came, with kills and faults, to its end. */
  story(
    number: number,
    { world, post, script }: { readonly world: SimWorld; readonly post: Post; readonly script: Script },
  ): string[] {
    const posted = post.posted.get(number);
    if (posted === undefined) return [];
    const issue = world.store.issues().find(({ description }) =>
      JSON.stringify(description ?? "").includes(`tok${script.mails[number]!.root}q`)
    );
    const about = [...posted.ids, ...issue === undefined ? [] : [issue.id, issue.key]];
    const lines = this.#events.filter(({ at }) => at >= posted.at - 1000);
    for (const service of SERVICES) {
      for (const { at, method, path, body, status, fault } of world[service].journal.entries) {
        const decoded = decodeURIComponent(path);
        const concerned = about.some((id) => decoded.includes(id)) || body.includes(`tok${number}q`) ||
          (method !== "GET" && /\/(issue|send|search.*)$/.test(path));
        if (at < posted.at - 1000 || !concerned) continue;
        lines.push({
          at,
          text: `${service} ${method} ${short(path)} → ${status}${fault === null ? "" : ` (${fault})`}`,
        });
      }
    }
    return lines.sort((a, b) => a.at - b.at).slice(0, 400).map(({ at, text }) =>
      `${((at - this.startedAt) / 1000).toFixed(3).padStart(9)}  ${text}`
    );
  }
}

/** Ids of Graph are long, and only their ends differ. */
function short(path: string): string {
  return path.replace(/[A-Za-z0-9_=%-]{40,}/g, (id) => `…${id.slice(-12)}`);
}
