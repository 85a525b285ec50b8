/** Where attachments lie between the mailbox and Jira. */

/** Bytes read once from the mailbox, ready to be sent as often as needed. */
export interface Spooled {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  open(): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  /** Frees it; safe to call twice. */
  dispose(): Promise<void>;
}

export interface Spool {
  /** Reads a stream to its end; stops with `SpoolLimitError` when it is longer than `maxBytes`. */
  put(stream: ReadableStream<Uint8Array>, maxBytes: number | null): Promise<Spooled>;
  putBytes(bytes: Uint8Array): Promise<Spooled>;
}

/** The attachment is larger than may be attached. */
export class SpoolLimitError extends Error {
  override readonly name = "SpoolLimitError";
  constructor(readonly maxBytes: number) {
    super(`larger than the limit of ${maxBytes} bytes`);
  }
}
