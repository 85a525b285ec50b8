/** How far long work is; whoever runs it shows it. */

/** A moment of one piece of work. */
export interface ProgressStep {
  /** What is done, as a line begins: `support@example.com: reading the Inbox`. The same for one piece of work. */
  readonly what: string;
  readonly done: number;
  /** `null`: not known beforehand. */
  readonly total: number | null;
}

/** `null`: what was told last is over. */
export type Progress = (step: ProgressStep | null) => void;
