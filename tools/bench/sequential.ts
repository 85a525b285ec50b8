/** What the program is measured against: a script that does the same work, one request after the other. */

import { SIM_MAILBOX } from "../../src/app/sim_world.ts";
import { backlogMails } from "./mails.ts";
import { BenchWorld, type Latencies } from "./world.ts";

/**
 * Seconds per mail. It does what a plain script does and no more: reads the mail, its attachments' names and bytes; looks
 * the sender up, opens an issue, uploads; replies and sends. No receipts, no look-ups, no watchers.
 */
export async function measureSequential(
  kind: "cloud" | "server",
  mails: number,
  latencies: Latencies,
): Promise<number> {
  await using world = await BenchWorld.open(kind, latencies);
  for (const mail of backlogMails(mails)) await world.sim.graph.deliver(SIM_MAILBOX, mail);
  using client = Deno.createHttpClient({ caCerts: [world.sim.ca] });
  const script = new Script(world, kind, client);
  await script.logIn();
  const ids = await script.list(mails);
  const started = performance.now();
  for (const id of ids) await script.handle(id);
  const seconds = (performance.now() - started) / 1000;
  const made = world.sim.store.issues().length;
  if (made !== mails) throw new Error(`the sequential script made ${made} issues of ${mails} mails`);
  return seconds / mails;
}

class Script {
  #token = "";
  readonly #users: string;
  readonly #jira: string;
  constructor(
    private readonly world: BenchWorld,
    private readonly kind: "cloud" | "server",
    private readonly client: Deno.HttpClient,
  ) {
    this.#users = `${world.env.O365_GRAPH_URL}/v1.0/users/${SIM_MAILBOX}`;
    this.#jira = `${world.env.JIRA_PLATFORM_URL}/rest/api/${kind === "cloud" ? 3 : 2}`;
  }

  async logIn(): Promise<void> {
    const { env } = this.world;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: env.O365_CLIENT_ID!,
      client_secret: env.O365_CLIENT_SECRET!,
      scope: `${env.O365_GRAPH_URL}/.default`,
    });
    const address = `${env.O365_ID_PROVIDER}/${env.O365_TENANT_ID}/oauth2/v2.0/token`;
    const { access_token } = await this.#json<{ access_token: string }>(address, { method: "POST", body });
    this.#token = access_token;
  }

  async list(count: number): Promise<string[]> {
    const query = `$select=id&$top=${count}`;
    const { value } = await this.#graph<Listed>(`/mailFolders/inbox/messages?${query}`);
    return value.map(({ id }) => id);
  }

  async handle(id: string): Promise<void> {
    const message = await this.#graph<Mail>(`/messages/${id}?$select=subject,from,toRecipients,body,hasAttachments`);
    const form = message.hasAttachments ? await this.#attachments(id) : null;
    const sender = message.from.emailAddress.address;
    await this.#ask(
      this.kind === "cloud" ? `/user/search?query=${sender}` : `/user/search?username=${sender}`,
      { method: "GET" },
    );
    const text = message.body.content.replace(/<[^>]*>/g, " ");
    const description = this.kind === "cloud"
      ? { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] }
      : text;
    const fields = {
      project: { key: "SUP" },
      issuetype: { name: "Task" },
      summary: message.subject,
      description,
    };
    const { key } = await this.#ask<{ key: string }>("/issue", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ fields }),
    });
    if (form !== null) await this.#ask(`/issue/${key}/attachments`, { method: "POST", body: form });
    const reply = { message: { subject: `[${key}] ${message.subject}` }, comment: `Your mail is ${key} now.` };
    const draft = await this.#graph<{ id: string }>(`/messages/${id}/createReply`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(reply),
    });
    await this.#graph(`/messages/${draft.id}/send`, { method: "POST" });
  }

  async #attachments(id: string): Promise<FormData> {
    const { value } = await this.#graph<Listed>(`/messages/${id}/attachments?$select=id,name`);
    const form = new FormData();
    for (const { id: attachment, name } of value) {
      const answer = await this.#send(`${this.#users}/messages/${id}/attachments/${attachment}/$value`, {
        headers: { authorization: `Bearer ${this.#token}` },
      });
      form.append("file", await answer.blob(), name);
    }
    return form;
  }

  async #graph<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { ...init.headers as Record<string, string>, authorization: `Bearer ${this.#token}` };
    return await this.#json<T>(`${this.#users}${path}`, { ...init, headers });
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    const { JIRA_PLATFORM_USER: user, JIRA_PLATFORM_TOKEN: token } = this.world.env;
    const authorization = user === undefined ? `Bearer ${token}` : `Basic ${btoa(`${user}:${token}`)}`;
    const headers = {
      ...init.headers as Record<string, string>,
      authorization,
      "x-atlassian-token": "no-check",
    };
    return await this.#json<T>(`${this.#jira}${path}`, { ...init, headers });
  }

  async #json<T>(address: string, init: RequestInit): Promise<T> {
    const text = await (await this.#send(address, init)).text();
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  async #send(address: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(address, { ...init, client: this.client });
    if (!answer.ok) {
      throw new Error(`${init.method ?? "GET"} ${address} answered ${answer.status}: ${await answer.text()}`);
    }
    return answer;
  }
}

interface Listed {
  readonly value: readonly { readonly id: string; readonly name: string }[];
}

interface Mail {
  readonly subject: string;
  readonly from: { readonly emailAddress: { readonly address: string } };
  readonly body: { readonly content: string };
  readonly hasAttachments: boolean;
}
