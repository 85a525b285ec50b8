/** `handle-incoming-events --dry-run`: decides and prints; nothing is written, neither outside nor in the state. */

import type { Config } from "../config/config.ts";
import { isoTime, systemClock } from "../core/clock.ts";
import type { Folder } from "../core/mail.ts";
import { normaliseAddress } from "../core/mail.ts";
import { decisive } from "../filtering/filters.ts";
import { consider, type ConsiderOptions, type Explanation } from "./consider.ts";
import { EXIT } from "./exit_codes.ts";
import type { ListenOptions } from "./listen.ts";
import { askerOf, refuseUnreadable, unreadableOf } from "./readable.ts";
import { knownReplyTokensFor } from "./reply_tokens.ts";
import { graphFor, httpFor, jiraFor, passingTokensFor, stateFor } from "./runtime.ts";
import { settingsFor } from "./settings.ts";
import { loadTemplates } from "./templates.ts";

const FOLDERS: readonly Folder[] = ["inbox", "sentitems"];

/** With `--once` what is there now; else it looks again every poll interval until stopped. */
export async function dryRun(config: Config, { once, since, stop, write }: ListenOptions): Promise<number> {
  if (config.graph === null || config.jira === null) throw new TypeError("Graph and Jira must be configured");
  const http = httpFor(config);
  const state = await stateFor(config, { readOnly: true });
  try {
    const graph = graphFor(config.graph, http, passingTokensFor(config.graph, http, state));
    const { client: jira } = await jiraFor(config.jira, http, stop);
    const settings = await settingsFor(config, jira, loadTemplates(config.mail.templatesDirectory), stop);
    const { uploadLimit } = await jira.attachmentMeta(stop);
    refuseUnreadable(await unreadableOf(graph, settings.mailboxes, stop), askerOf(config));
    const options: ConsiderOptions = {
      settings,
      format: jira.format,
      state,
      replyTokens: await knownReplyTokensFor(config, state),
      findUser: (address) => jira.findUser(normaliseAddress(address), stop),
      uploadLimit,
      asReply: false,
      file: null,
    };
    const start = since ?? isoTime(Math.floor(systemClock.now() / 1000) * 1000);
    const seen = new Set<string>();
    do {
      for (const mailbox of settings.mailboxes) {
        const from = (await state.mailbox(mailbox))?.startedAt ?? start;
        for (const folder of FOLDERS) {
          let link: string | null = null;
          do {
            const page: Awaited<ReturnType<typeof graph.list>> = await graph.list(mailbox, folder, from, link, stop);
            const known = await state.known(mailbox, page.messages.map(({ id }) => id));
            for (const { id } of page.messages.toReversed()) {
              const name = `${mailbox}/${id}`;
              if (seen.has(name) || known.get(id)?.status === "finished") continue;
              seen.add(name);
              const message = await graph.message(mailbox, id, folder, stop);
              if (message === null) continue;
              const would = await consider(message, options);
              write(`would be ${ending(would)}  mail of ${mailbox} received ${message.receivedAt}: ${would.reason}`);
            }
            link = page.nextLink;
          } while (link !== null && !stop.aborted);
        }
      }
      if (!once) await systemClock.sleep(config.pollIntervalMs, stop);
    } while (!once && !stop.aborted);
    return EXIT.done;
  } catch (error) {
    if (stop.aborted) return EXIT.done;
    throw error;
  } finally {
    http.close();
    await state.close();
  }
}

/** `commented SUP-12`, `filtered [whitelist]`, `created`. */
function ending({ outcome, thread, filters }: Explanation): string {
  if (outcome === "commented" && thread.issue !== null) return `${outcome} ${thread.issue}`;
  const filter = outcome === "filtered" ? decisive(filters)?.filter : undefined;
  return filter === undefined ? outcome : `${outcome} [${filter}]`;
}
