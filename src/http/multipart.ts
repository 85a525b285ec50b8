/** A streamed `multipart/form-data` body whose exact length is known before. */

/** A file to send. */
export interface FilePart {
  readonly name: string;
  readonly contentType: string;
  /** Exact bytes. */
  readonly size: number;
  open(): Promise<ReadableStream<Uint8Array>> | ReadableStream<Uint8Array>;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly contentLength: number;
  /** To be read once, lazily: a file is opened when its turn comes. Fails when a file has not the bytes it promised. */
  readonly stream: ReadableStream<Uint8Array>;
}

const encoder = new TextEncoder();

/** One part `file` per file, as Jira wants them. */
export function multipartBody(files: readonly FilePart[]): MultipartBody {
  const boundary = `o365-connect-${crypto.randomUUID()}`;
  const heads = files.map((file) => encoder.encode(partHead(boundary, file)));
  const tail = encoder.encode(`--${boundary}--\r\n`);
  const contentLength = files.reduce((sum, file, i) => sum + heads[i]!.length + file.size + 2, tail.length);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength,
    stream: streamOf(chunks(files, heads, tail)),
  };
}

/**
 * The name as it is sent: what would end the header or its quotes is replaced. Raw UTF-8, as browsers send it; Jira
 * ignores `filename*=`.
 */
export function partName(name: string): string {
  // deno-lint-ignore no-control-regex
  return name.replace(/[\u0000-\u001f\u007f]+/g, " ").replaceAll('"', "'").replaceAll("\\", "_");
}

function partHead(boundary: string, file: FilePart): string {
  const type = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(file.contentType) ? file.contentType : "application/octet-stream";
  return `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${partName(file.name)}"\r\n` +
    `Content-Type: ${type}\r\n\r\n`;
}

async function* chunks(
  files: readonly FilePart[],
  heads: readonly Uint8Array[],
  tail: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (const [i, file] of files.entries()) {
    yield heads[i]!;
    let left = file.size;
    for await (const chunk of await file.open()) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    if (left !== 0) throw new Error(`File of ${file.size} bytes to upload: ${left < 0 ? "more" : "fewer"} were read`);
    yield encoder.encode("\r\n");
  }
  yield tail;
}

function streamOf(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return(undefined);
    },
  }, { highWaterMark: 0 });
}
