/** After the last kill and fault: until every mail has its outcome. */

import type { SimWorld } from "../../src/app/sim_world.ts";
import type { Problem } from "./compare.ts";
import type { Post } from "./post.ts";
import type { Processes } from "./processes.ts";
import { readStored } from "./stored.ts";
import { pause } from "./timers.ts";

/** Until everything must be done when nothing goes wrong any more. */
const DEADLINE_MS = 240_000;

export interface Settling {
  readonly world: SimWorld;
  readonly post: Post;
  readonly processes: Processes;
  readonly folder: string;
}

/** Resolves with what is wrong: not done in time, found by the program's own check, or left behind. */
export async function settle({ world, post, processes, folder }: Settling): Promise<Problem[]> {
  const until = Date.now() + DEADLINE_MS;
  await pause(2000);
  await processes.gone(true);
  for (;;) {
    const sent = world.graph.outbox.length;
    const code = await processes.once();
    // 4: some mail has failed, which is told below. What was sent has to be read by one more round.
    if ((code === 0 || code === 4) && world.graph.outbox.length === sent) break;
    if (Date.now() > until) {
      const hanging = [`the program ends with ${code}`, ...await hangingMails(folder, post)];
      return hanging.map((words): Problem => ({ kind: "lost", mail: null, words: `not done in time: ${words}` }));
    }
    await pause(300);
  }
  return [...await lastCheck(processes), ...await leftOver(folder)];
}

/** Spooled files and locks of killed processes are gone. */
async function leftOver(folder: string): Promise<Problem[]> {
  const left: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/\.(attachment|lock)$/.test(name)) left.push(name);
  }
  return left.length === 0 ? [] : [{ kind: "wrong", mail: null, words: `left beside the state: ${left.join(", ")}` }];
}

/** The program's own proof: nothing to do, and its table adds up. */
async function lastCheck(processes: Processes): Promise<Problem[]> {
  const { code, stdout } = await processes.checkOnce();
  const problem = (words: string): Problem[] => [{ kind: "wrong", mail: null, words }];
  if (code !== 0) return problem(`check-for-missing-events ended with ${code}`);
  const [{ address: _, examined, alreadyHandled, ...others }] = JSON.parse(stdout).mailboxes;
  const left = Object.values(others as Record<string, number>).reduce((sum, one) => sum + one, 0);
  return left === 0 && examined === alreadyHandled ? [] : problem(`the check found something: ${stdout}`);
}

async function hangingMails(folder: string, post: Post): Promise<string[]> {
  const { known } = await readStored(folder, post);
  const open = [...post.posted.values()].filter(({ ids }) =>
    ids.some((id) => (known.get(id)?.outcome ?? null) === null)
  );
  return open.map(({ mail }) => `mail ${mail.number} (${mail.kind})`);
}
