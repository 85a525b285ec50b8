/** What the program ends with (contract §2). */
export const EXIT = { done: 0, unexpected: 1, usage: 2, credentials: 3, failed: 4, temporary: 75 } as const;

/** Which code tells most when several apply: what an administrator must mend first, then what time may mend. */
const BY_WEIGHT: readonly number[] = [
  EXIT.usage,
  EXIT.credentials,
  EXIT.unexpected,
  EXIT.temporary,
  EXIT.failed,
  EXIT.done,
];

/** The one code for several results; a code that is none of ours weighs most. `done` for no result at all. */
export function worstExit(codes: readonly number[]): number {
  if (codes.length === 0) return EXIT.done;
  return codes.reduce((worst, code) => BY_WEIGHT.indexOf(code) < BY_WEIGHT.indexOf(worst) ? code : worst);
}
