/** `/page.js`: the browser's own time zone, and a page that renews itself. Everything works without it. */
export const SCRIPT = `"use strict";
const RENEW_MS = 5000;

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.title = time.dateTime;
    time.textContent = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}

function isBusy(main) {
  return document.hidden || main.querySelector("details[open]") !== null ||
    (document.activeElement !== null && document.activeElement !== document.body && main.contains(document.activeElement)) ||
    String(document.getSelection() ?? "") !== "";
}

async function renew() {
  const main = document.querySelector("main[data-live]");
  if (main === null) return;
  const renewed = document.getElementById("renewed");
  try {
    if (!isBusy(main)) {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(10000) });
      if (!answer.ok) throw new Error(answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
      if (next !== null && !isBusy(main)) {
        localTimes(next);
        main.replaceWith(document.adoptNode(next));
        renewed.textContent = "renewed at " + new Date().toLocaleTimeString();
        renewed.className = "";
      }
    }
  } catch {
    renewed.textContent = "no answer; what is shown may be old";
    renewed.className = "stale";
  }
}

localTimes(document);
if (document.querySelector("main[data-live]") !== null) setInterval(renew, RENEW_MS);
`;
