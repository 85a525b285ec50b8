/** What is asked for, who asks, and what is answered. */

import { getLogger } from "@logtape/logtape";
import { ConfigError } from "../../core/errors.ts";
import { discardFailed, listFailed, retryFailed } from "../failed.ts";
import { toEntry } from "../history.ts";
import { answer, goTo, htmlAnswer, jsonAnswer, refused } from "./answers.ts";
import { failedPage } from "./failed_page.ts";
import { isRefusal, readForm } from "./form.ts";
import { healthOf } from "./health.ts";
import { historyPage, readHistoryPage } from "./history_page.ts";
import { ICON } from "./icon.ts";
import type { Frame } from "./layout.ts";
import { loginPage } from "./login_page.ts";
import { METRICS_TYPE, metricsText } from "./metrics.ts";
import { overviewPage } from "./overview_page.ts";
import { SCRIPT } from "./script.ts";
import type { Site } from "./server.ts";
import { cookieOf, sameSecret, type Session, SESSION_SECONDS } from "./sessions.ts";
import { takeSnapshot, type Watched } from "./snapshot.ts";
import { STYLE } from "./style.ts";

const logger = getLogger(["o365-connect", "http"]);

/** Who asks. */
interface Visitor {
  readonly session: Session | null;
  /** A script with the token in `Authorization`. */
  readonly bearer: boolean;
  /** May see details and change something. */
  readonly trusted: boolean;
  readonly peer: string;
}

const OUTCOMES_SHOWN = 12;
const PAGES = ["/", "/history", "/failed"];
const FORMS = ["/login", "/logout", "/failed/retry", "/failed/discard"];

/** A request that the guard has let in. */
export async function route(request: Request, peer: string, site: Site): Promise<Response> {
  const url = new URL(request.url);
  const session = site.sessions.of(cookieOf(request.headers, site.cookie));
  const bearer = site.sessions.isBearer(request.headers.get("authorization"));
  const visitor: Visitor = { session, bearer, trusted: session !== null || bearer, peer };
  if (request.method === "POST") return await change(request, url, visitor, site);
  if (FORMS.includes(url.pathname) && url.pathname !== "/login") {
    return refused({ status: 405, why: "Only with POST: looking changes nothing." }, null);
  }
  switch (url.pathname) {
    case "/page.css":
      return answer(STYLE, "text/css; charset=utf-8");
    case "/page.js":
      return answer(SCRIPT, "text/javascript; charset=utf-8");
    case "/icon.svg":
    case "/favicon.ico":
      return answer(ICON, "image/svg+xml");
    case "/healthz":
      return await health(visitor, site);
    case "/login":
      if (visitor.session !== null) return goTo(nextOf(url.searchParams.get("next")));
      return htmlAnswer("Log in", loginPage(nextOf(url.searchParams.get("next")), false), {
        session: null,
        path: "/login",
      });
  }
  // Others than this machine's programs see nothing without the token.
  if (url.pathname === "/metrics") {
    return site.address.loopback || visitor.trusted ? await metrics(site) : refused(NO_TOKEN, null);
  }
  if (!PAGES.includes(url.pathname)) {
    return refused({ status: 404, why: "There is no such page." }, { session, path: url.pathname });
  }
  if (!visitor.trusted && (url.pathname !== "/" || !site.address.loopback)) {
    return request.headers.get("authorization") === null
      ? goTo(`/login?${new URLSearchParams({ next: `${url.pathname}${url.search}` })}`)
      : refused(NO_TOKEN, null);
  }
  const { watched } = site;
  if (watched === null) {
    return refused({
      status: 503,
      why:
        "Starting (or stopping): Microsoft Graph and Jira are asked first. If this takes long, the log says who does not answer.",
    }, { session, path: url.pathname, live: true });
  }
  return await show(url, visitor, site, watched);
}

const NO_TOKEN = { status: 401, why: "Expected the token: Authorization: Bearer <token>." };

async function show(url: URL, { session, trusted }: Visitor, site: Site, watched: Watched): Promise<Response> {
  const snapshot = await takeSnapshot(watched, site.meter, site.clock.now());
  const failed = snapshot.mailboxes.reduce((sum, row) => sum + row.failed, 0);
  const notice = session?.notice ?? null;
  if (session !== null) session.notice = null;
  const frame: Frame = { session, path: url.pathname, notice, failed };
  const jiraUrl = watched.config.jira?.url ?? null;
  switch (url.pathname) {
    case "/history": {
      const found = await readHistoryPage(url.searchParams, watched.state, jiraUrl);
      return htmlAnswer("History", historyPage(found, watched.mailboxes), frame, found.problems.length > 0 ? 400 : 200);
    }
    case "/failed": {
      const rows = await listFailed(watched);
      return htmlAnswer("Failed mail", failedPage(rows, session), frame);
    }
    default: {
      // Acknowledgements come back as mail of ours; they would fill the list.
      const last = (await watched.state.history({ limit: OUTCOMES_SHOWN * 4 }))
        .filter(({ filter }) => filter !== "own-output").slice(0, OUTCOMES_SHOWN);
      const overview = overviewPage({
        snapshot,
        health: healthOf(snapshot, watched.mailboxes),
        meter: site.meter,
        last: last.map((row) => toEntry(row, jiraUrl)),
        details: trusted,
      });
      return htmlAnswer("Overview", overview, { ...frame, live: true });
    }
  }
}

/** Names of mailboxes only where everybody may see them. */
async function health({ trusted }: Visitor, { watched, meter, clock, address }: Site): Promise<Response> {
  if (watched === null) return jsonAnswer({ ok: false, problems: ["Starting."] }, 503);
  let found;
  try {
    found = healthOf(await takeSnapshot(watched, meter, clock.now()), watched.mailboxes);
  } catch {
    return jsonAnswer({ ok: false, problems: ["The state cannot be read; the log says why."] }, 503);
  }
  return jsonAnswer(address.loopback || trusted ? found : { ok: found.ok }, found.ok ? 200 : 503);
}

async function metrics({ watched, meter, clock }: Site): Promise<Response> {
  if (watched === null) return refused({ status: 503, why: "Starting." }, null);
  const snapshot = await takeSnapshot(watched, meter, clock.now());
  return answer(metricsText(snapshot, healthOf(snapshot, watched.mailboxes), meter), METRICS_TYPE);
}

/** One of our own pages: the token never leads anybody elsewhere. */
function nextOf(next: string | null): string {
  return next !== null && PAGES.some((path) => next === path || next.startsWith(`${path}?`)) ? next : "/";
}

async function change(request: Request, url: URL, visitor: Visitor, site: Site): Promise<Response> {
  if (!FORMS.includes(url.pathname)) {
    return refused({ status: PAGES.includes(url.pathname) ? 405 : 404, why: "Nothing can be changed here." }, null);
  }
  const form = await readForm(request);
  if (isRefusal(form)) return refused(form, null);
  if (url.pathname === "/login") return logIn(request, form, visitor, site);
  if (!visitor.trusted) return refused(NO_TOKEN, null);
  if (!visitor.bearer && !sameSecret(form.get("csrf") ?? "", visitor.session!.csrf)) {
    return refused(
      { status: 403, why: "The form is not of this session. Load the page again. Nothing was changed." },
      null,
    );
  }
  if (url.pathname === "/logout") {
    site.sessions.logOut(cookieOf(request.headers, site.cookie));
    return goTo("/", { "set-cookie": `${site.cookie}=; Max-Age=0; ${COOKIE_RULES}` });
  }
  return await decide(url.pathname === "/failed/retry" ? "retry" : "discard", form, visitor, site);
}

const COOKIE_RULES = "Path=/; HttpOnly; SameSite=Strict";

function logIn(request: Request, form: URLSearchParams, { peer }: Visitor, site: Site): Response {
  const next = nextOf(form.get("next"));
  const value = site.sessions.logIn((form.get("token") ?? "").trim());
  if (value === null) {
    logger.warn("A wrong token was given on the page, from {peer}.", { peer });
    return htmlAnswer("Log in", loginPage(next, true), { session: null, path: "/login" }, 403);
  }
  // Told by a proxy with TLS; who tells it without TLS locks only himself out.
  const secure = request.headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  return goTo(next, { "set-cookie": `${site.cookie}=${value}; Max-Age=${SESSION_SECONDS}; ${COOKIE_RULES}${secure}` });
}

async function decide(
  what: "retry" | "discard",
  form: URLSearchParams,
  { session, bearer, peer }: Visitor,
  { watched }: Site,
): Promise<Response> {
  if (watched === null) return refused({ status: 503, why: "Starting." }, null);
  const ids = form.getAll("id");
  const all = what === "retry" && form.get("all") === "yes";
  if (!all && ids.length === 0) return refused({ status: 400, why: "Which mail? The form names none." }, null);
  let changed: string[];
  try {
    changed = what === "retry" ? await retryFailed(watched, all ? "all" : ids) : await discardFailed(watched, ids);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (bearer) return refused({ status: 404, why: "No failed mail has this id." }, null);
    session!.notice = "Somebody else was faster: this mail is not in the list any more.";
    return goTo("/failed");
  }
  const done = what === "retry" ? "put back to work" : "discarded";
  if (changed.length > 0) {
    logger.info("On the page, from {peer}: failed mail {ids} was {done}.", { peer, ids: changed.join(", "), done });
  }
  if (bearer) return jsonAnswer({ ids: changed });
  session!.notice = `${changed.length} ${changed.length === 1 ? "mail was" : "mails were"} ${done}.`;
  return goTo("/failed");
}
