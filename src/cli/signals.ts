/** Ctrl-C, `kill` and Ctrl-Break: an orderly end within ten seconds, a second one at once. */

/** When what is in flight is abandoned, and when the process ends whatever happens (contract §2: ten seconds). */
const ABANDON_AFTER_MS = 8_000;
const END_AFTER_MS = 9_500;

/** Ctrl-C reaches `deno task` and its child, and the former passes it on: twice the same within this time is one. */
const ECHO_MS = 40;

/** `128 + number of the signal`, as a shell names the end by a signal. */
const CODES: Readonly<Partial<Record<Deno.Signal, number>>> = { SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 };

export interface StopSignals {
  /** Take nothing new, finish what is in flight. */
  readonly stop: AbortSignal;
  /** Leave what is in flight; the next start repairs. */
  readonly abandon: AbortSignal;
}

/** Begins to listen. `onStop` is told once, `end` ends the process. */
export function listenForSignals(onStop: () => void, end: (code: number) => void): StopSignals {
  const stop = new AbortController();
  const abandon = new AbortController();
  let first: { signal: Deno.Signal; at: number } | null = null;
  const onSignal = (signal: Deno.Signal) => {
    const now = performance.now();
    if (first !== null) {
      if (first.signal !== signal || now - first.at > ECHO_MS) end(CODES[signal] ?? 1);
      return;
    }
    first = { signal, at: now };
    setTimeout(() => abandon.abort(), ABANDON_AFTER_MS);
    setTimeout(() => end(0), END_AFTER_MS);
    onStop();
    stop.abort();
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, () => onSignal(signal));
  return { stop: stop.signal, abandon: abandon.signal };
}
