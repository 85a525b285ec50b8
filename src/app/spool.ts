/** Attachments between mailbox and Jira: small ones in memory, others in a file of their own beside the state, mode 0600. */

import { createHash, type Hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { StateError } from "../core/errors.ts";
import { type Spool, type Spooled, SpoolLimitError } from "../pipeline/spool.ts";

const IN_MEMORY = 1024 * 1024;
const SUFFIX = ".attachment";

export class FileSpool implements Spool {
  readonly #directory: string;
  readonly #prefix: string;

  /** `databasePath` names the files; `:memory:` puts them into the system's temporary folder. */
  constructor(databasePath: string, owner: string) {
    const inMemory = databasePath === ":memory:";
    this.#directory = inMemory ? Deno.env.get("TMPDIR") ?? Deno.env.get("TEMP") ?? "/tmp" : dirname(databasePath);
    this.#prefix = `${inMemory ? "o365-connect" : basename(databasePath)}.${owner.replace(/[^\w-]/g, "_")}`;
  }

  async put(stream: ReadableStream<Uint8Array>, maxBytes: number | null): Promise<Spooled> {
    const hash = createHash("sha256");
    const chunks: Uint8Array[] = [];
    let size = 0;
    let file: { path: string; handle: Deno.FsFile } | null = null;
    try {
      for await (const chunk of stream) {
        size += chunk.length;
        if (maxBytes !== null && size > maxBytes) throw new SpoolLimitError(maxBytes);
        hash.update(chunk);
        if (file === null && size <= IN_MEMORY) {
          chunks.push(chunk);
          continue;
        }
        if (file === null) {
          file = await this.#create();
          for (const earlier of chunks.splice(0)) await writeAll(file.handle, earlier);
        }
        await writeAll(file.handle, chunk);
      }
    } catch (error) {
      file?.handle.close();
      if (file !== null) await remove(file.path);
      if (isDiskFull(error)) {
        const said = `An attachment could not be put beside the state, in "${this.#directory}": the disk is full.`;
        throw new StateError(said, "full", { cause: error });
      }
      throw error;
    }
    file?.handle.close();
    return file === null ? inMemory(chunks, size, hash) : inFile(file.path, size, hash);
  }

  putBytes(bytes: Uint8Array): Promise<Spooled> {
    return Promise.resolve(inMemory([bytes], bytes.length, createHash("sha256").update(bytes)));
  }

  /** Removes what killed processes left behind; only files whose owner, as the state names it, is gone. */
  async sweep(isAlive: (owner: string) => boolean): Promise<void> {
    const begin = this.#prefix.slice(0, this.#prefix.lastIndexOf(".") + 1);
    for await (const { isFile, name } of Deno.readDir(this.#directory)) {
      if (!isFile || !name.startsWith(begin) || !name.endsWith(SUFFIX)) continue;
      const [owner, ...rest] = name.slice(begin.length).split(".");
      if (owner !== undefined && rest.length === 2 && !isAlive(owner)) await remove(join(this.#directory, name));
    }
  }

  async #create(): Promise<{ path: string; handle: Deno.FsFile }> {
    const path = join(this.#directory, `${this.#prefix}.${crypto.randomUUID()}${SUFFIX}`);
    return { path, handle: await Deno.open(path, { createNew: true, write: true, mode: 0o600 }) };
  }
}

/** The system's word for it; on Windows its number: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL. */
function isDiskFull(error: unknown): boolean {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  return code === "ENOSPC" || code === "EDQUOT" || /\(os error (39|112)\)/.test(message) && Deno.build.os === "windows";
}

async function writeAll(handle: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await handle.write(bytes.subarray(at));
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function inMemory(chunks: readonly Uint8Array[], size: number, hash: Hash): Spooled {
  return {
    size,
    sha256: hash.digest("hex"),
    open: () => ReadableStream.from(chunks),
    dispose: () => Promise.resolve(),
  };
}

function inFile(path: string, size: number, hash: Hash): Spooled {
  return {
    size,
    sha256: hash.digest("hex"),
    open: async () => (await Deno.open(path, { read: true })).readable,
    dispose: () => remove(path),
  };
}
