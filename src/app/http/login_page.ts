import { type Html, html } from "./html.ts";

/** `next`: where to go afterwards, one of our own paths. `wrong`: what was given before was not the token. */
export function loginPage(next: string, wrong: boolean): Html {
  return html`
    <section class="login">
    <h1>Log in</h1>
    <p>Senders, errors and changes are for those who know the token. It was printed when the program started, unless it was set
    in HTTP_TOKEN.</p>
    ${wrong ? html`<p class="error" role="alert">This is not the token.</p>` : null}
    <form method="post" action="/login">
    <input type="hidden" name="next" value="${next}">
        <input name="username" autocomplete="username" value="o365-connect" hidden>
    <label>Token <input type="password" name="token" required autofocus autocomplete="current-password"></label>
    <button class="main">Log in</button>
    </form>
    </section>
  `;
}
