/** A headless Chromium over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/). */

import { join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Path of a Chromium on this machine; `CHROMIUM` in the environment wins. `null`: there is none. */
export function findChromium(): string | null {
  const given = Deno.env.get("CHROMIUM");
  if (given !== undefined && given !== "") return given;
  for (const folder of (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":")) {
    for (const name of NAMES) {
      const path = join(folder, Deno.build.os === "windows" ? `${name}.exe` : name);
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch {
        // Not there.
      }
    }
  }
  return null;
}

interface Told {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One browser with one tab. */
export class Browser {
  #last = 0;
  #session = "";
  readonly #waiting = new Map<number, (told: Told) => void>();
  /** What the console said and the page's policy refused. */
  readonly complaints: string[] = [];
  /** URLs of everything that was loaded. */
  readonly requested: string[] = [];
  #loaded: (() => void) | null = null;

  private constructor(
    private readonly child: Deno.ChildProcess,
    private readonly socket: WebSocket,
    private readonly profile: string,
  ) {
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
  }

  static async start(path: string): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "chromium-" });
    const child = new Deno.Command(path, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const socket = new WebSocket(await debuggerUrl(child.stderr));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const browser = new Browser(child, socket, profile);
    const { targetId } = await browser.#ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#ask("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = sessionId as string;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.#ask(`${domain}.enable`);
    return browser;
  }

  /** Goes there, and waits until all is loaded. */
  async open(url: string): Promise<void> {
    await this.loading(() => this.#ask("Page.navigate", { url }));
  }

  /** Does something that leads to another page, and waits for that. */
  async loading(act: () => Promise<unknown>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("no page was loaded within 20 s")), 20_000);
    this.#loaded = resolve;
    await act();
    await promise.finally(() => clearTimeout(timer));
  }

  /** The value of an expression in the page, as JSON. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#ask("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
      userGesture: true,
    }) as { result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } };
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Clicks with the mouse in the middle of an element. */
  async click(selector: string): Promise<void> {
    const at = await this.value<{ x: number; y: number } | null>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      if (element === null) return null;
      element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`);
    if (at === null) throw new Error(`nothing matches ${selector}`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.#ask("Input.dispatchMouseEvent", { type, ...at, button: "left", clickCount: 1 });
    }
  }

  /** Types into what has the focus. */
  async type(text: string): Promise<void> {
    await this.#ask("Input.insertText", { text });
  }

  async size(width: number, height: number): Promise<void> {
    await this.#ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  }

  async scheme(scheme: "light" | "dark"): Promise<void> {
    await this.#ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  /** PNG of the whole page. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.#ask("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
    return Uint8Array.from(atob(data as string), (character) => character.charCodeAt(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.socket.onclose = resolve);
    this.#ask("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await this.child.status;
    clearTimeout(timer);
    this.socket.close();
    await closed;
    await Deno.remove(this.profile, { recursive: true }).catch(() => {});
  }

  #ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, ({ result, error }) => {
      if (error === undefined) resolve(result ?? {});
      else reject(new Error(`${method}: ${error.message}`));
    });
    const session = this.#session === "" || method.startsWith("Browser.") ? {} : { sessionId: this.#session };
    this.socket.send(JSON.stringify({ id, method, params, ...session }));
    return promise;
  }

  #hear(told: Told): void {
    if (told.id !== undefined) {
      this.#waiting.get(told.id)?.(told);
      this.#waiting.delete(told.id);
      return;
    }
    const params = told.params ?? {};
    if (told.method === "Page.loadEventFired") this.#loaded?.();
    if (told.method === "Network.requestWillBeSent") this.requested.push((params.request as { url: string }).url);
    if (told.method === "Log.entryAdded") this.complaints.push((params.entry as { text: string }).text);
    if (told.method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params.exceptionDetails));
  }
}

/** Read from what the browser says when it is ready; the rest of its words is thrown away. */
async function debuggerUrl(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the browser ended at once: ${said.slice(-500)}`);
    said += value;
    const url = said.match(/DevTools listening on (ws:\S+)/)?.[1];
    if (url === undefined) continue;
    (async () => {
      while (!(await reader.read()).done);
    })().catch(() => {});
    return url;
  }
}
