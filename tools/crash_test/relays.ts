/** What people wrote in Jira beside what the customers got: each comment once, and to the customers of the first mail. */

import type { SimWorld } from "../../src/app/sim_world.ts";
import type { SentMail } from "../../src/sim/graph/nouns.ts";
import type { Problem } from "./compare.ts";
import type { People } from "./people.ts";

/** Whether a mail of ours carries a person's comment. */
export function isRelay(mail: Pick<SentMail, "body" | "by">): boolean {
  return mail.by === "client" && /person\d+wrote/.test(mail.body.content);
}

/** `since`: when the relay was switched on, milliseconds; a comment from before is nobody's business. */
export function relayProblems(
  { world, people, customersOf, since }: {
    readonly world: SimWorld;
    readonly people: People;
    /** By the issue's id: the sender of its first mail, and whom that mail had in Cc. */
    readonly customersOf: (issueId: string) => readonly string[];
    readonly since: number;
  },
): Problem[] {
  const problems: Problem[] = [];
  const relays = world.graph.outbox.filter(isRelay);
  for (const { issueId, texts, at } of people.comments()) {
    // The text at the moment of sending is one that the comment had.
    const sent = relays.filter(({ body }) => texts.some((text) => body.content.includes(text)));
    const problem = (kind: Problem["kind"], words: string) =>
      problems.push({
        kind,
        mail: null,
        words: `the comment "${texts[0]}" on ${world.store.issue(issueId)?.key} ${words}`,
      });
    const wanted = at > since ? 1 : 0;
    if (sent.length > wanted) problem("doubled", `was mailed ${sent.length} times instead of ${wanted}`);
    if (sent.length < wanted) problem("lost", "was never mailed");
    for (const { to, cc } of sent) {
      const who = [...to, ...cc].map(({ address }) => address).join(", ");
      if (who !== customersOf(issueId).join(", ")) problem("wrong", `was mailed to ${who}`);
    }
  }
  return problems;
}
