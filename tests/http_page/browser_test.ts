/** The page in a real browser. Skipped where there is none: install Chromium, or name one in CHROMIUM. */

import assert from "node:assert/strict";
import { Browser, findChromium } from "./chromium.ts";
import { mail, PageWorld, SUPPORT, TOKEN, until } from "./world.ts";

const chromium = findChromium();

Deno.test({
  name: `in a browser: log in, see, retry, discard, log out${chromium === null ? " (skipped: no Chromium here)" : ""}`,
  ignore: chromium === null,
  fn: async () => {
    await using page = await PageWorld.open();
    await page.ready();
    const { graph } = page.world;
    await graph.deliver(SUPPORT, mail({ subject: "Printer jams" }));
    await until("an issue", () => page.world.store.issues().length === 1);
    await page.failedMail('<img src=x onerror="document.title=1">', "Grace Hopper <grace@navy.example>");
    await page.failedMail("Second failure");
    await using browser = await Browser.start(chromium!);
    const text = () => browser.value<string>("document.body.innerText");
    const title = () => browser.value<string>("document.title");

    // Nobody is logged in: counts, and no details.
    await browser.open(page.url.href);
    assert.match(await text(), /Every mailbox is read/);
    assert.match(await text(), /support@example\.com/);
    assert.doesNotMatch(await text(), /grace@|ada@/);
    await browser.open(new URL("/failed", page.url).href);
    assert.equal(await title(), "Log in – o365-connect");

    // A wrong token, then the right one; it leads to where one wanted to go.
    await browser.type("wrong");
    await browser.loading(() => browser.click("main button"));
    assert.match(await text(), /This is not the token/);
    await browser.type(TOKEN);
    await browser.loading(() => browser.click("main button"));
    assert.equal(await title(), "Failed mail – o365-connect");
    assert.equal(await browser.value("document.cookie"), "", "no script sees the cookie");
    assert.match(await text(), /<img src=x onerror="document\.title=1">/, "a subject is text");
    assert.equal(await browser.value("document.querySelectorAll('main img').length"), 0);
    assert.match(await browser.value("document.querySelector('main time').textContent"), /\d{4}, \d{1,2}:\d\d/);

    // Discarding asks once more; retrying does not.
    await browser.click("main li:first-child summary");
    await browser.loading(() => browser.click("main li:first-child details button"));
    assert.match(await text(), /1 mail was discarded/);
    assert.equal((await page.failed()).length, 1);
    await browser.loading(() => browser.click("main li .main"));
    assert.match(await text(), /1 mail was put back to work/);
    await until("the issue", () => page.world.store.issues().some(({ summary }) => summary === "Second failure"));

    // The history, filtered by a click.
    await browser.open(new URL("/history", page.url).href);
    await browser.value(`void (document.querySelector("select[name=outcome]").value = "created")`);
    await browser.loading(() => browser.click("main form button"));
    assert.match(await browser.value("location.search"), /outcome=created/);
    const link = `document.querySelector("main tbody a").href`;
    assert.match(await browser.value(link), /^http:\/\/\S+\/browse\/SUP-\d+$/);
    assert.equal(
      await browser.value("[...document.querySelectorAll('tbody .badge')].every((one) => one.innerText === 'created')"),
      true,
    );

    // The overview renews itself.
    await browser.open(page.url.href);
    await graph.deliver(SUPPORT, mail({ subject: "Later", from: "Zuse <zuse@later.example>" }));
    await until("renewed", async () => /zuse@later\.example/.test(await text()) && /renewed at/.test(await text()));

    // What is light in the light is dark in the dark, and nothing sticks out of a small screen.
    const ground = () => browser.value<string>("getComputedStyle(document.body).backgroundColor");
    await browser.scheme("light");
    const light = await ground();
    await browser.scheme("dark");
    assert.notEqual(await ground(), light);
    await browser.size(360, 800);
    for (const path of ["/", "/history", "/failed", "/login"]) {
      await browser.open(new URL(path, page.url).href);
      assert.ok(await browser.value<number>("document.documentElement.scrollWidth") <= 360, path);
    }
    await browser.size(1280, 900);

    await browser.loading(() => browser.click("header form button"));
    await browser.open(new URL("/failed", page.url).href);
    assert.equal(await title(), "Log in – o365-connect");

    assert.deepEqual(browser.complaints.filter((one) => !/status of 403/.test(one)), []);
    // The browser draws its date fields with pictures of its own (data:).
    const elsewhere = browser.requested.filter((url) => !url.startsWith(page.url.origin) && !url.startsWith("data:"));
    assert.deepEqual(elsewhere, [], "nothing from elsewhere");
  },
});

Deno.test({
  name: `in a browser: another site can neither read nor change anything${
    chromium === null ? " (skipped: no Chromium here)" : ""
  }`,
  ignore: chromium === null,
  fn: async () => {
    await using page = await PageWorld.open();
    await page.ready();
    await page.failedMail();
    const id = (await page.failed())[0]!.id;
    // The other site: same machine, another port, hence the same site for cookies: the hardest case.
    const form =
      `<form method="post" action="${page.url.origin}/failed/discard"><input name="id" value="${id}"><button>x</button></form>`;
    await using evil = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () =>
        new Response(`<!doctype html><title>evil</title>${form}<iframe src="${page.url.origin}/"></iframe>`, {
          headers: { "content-type": "text/html" },
        }),
    );
    await using browser = await Browser.start(chromium!);
    await browser.open(new URL("/login", page.url).href);
    await browser.type(TOKEN);
    await browser.loading(() => browser.click("main button"));
    await browser.open(`http://127.0.0.1:${evil.addr.port}/`);
    const fetched = (options: string) =>
      browser.value<string>(
        `fetch("${page.url.origin}/failed", ${options}).then((answer) => answer.text(), () => "refused")`,
      );
    assert.equal(await fetched(`{ credentials: "include" }`), "refused");
    assert.equal(await fetched(`{ credentials: "include", headers: { authorization: "Bearer x" } }`), "refused");
    assert.equal(
      await browser.value(
        "frames[0].length === 0 && (() => { try { return frames[0].document.title } catch { return 'closed' } })()",
      ),
      "closed",
    );
    await browser.loading(() => browser.click("form button"));
    assert.match(await browser.value("document.body.innerText"), /asked for by another site/);
    assert.equal((await page.failed()).length, 1, "nothing was changed");
  },
});
