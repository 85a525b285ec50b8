/** The scopes of the delegated grants, in Graph's names. */

/** python-o365's names for groups of scopes (`DEFAULT_SCOPES` in its connection.py). */
const PYTHON_O365_SCOPES: Readonly<Record<string, readonly string[]>> = {
  basic: ["offline_access", "User.Read"],
  mailbox: ["Mail.Read"],
  mailbox_shared: ["Mail.Read.Shared"],
  mailbox_settings: ["MailboxSettings.ReadWrite"],
  message_send: ["Mail.Send"],
  message_send_shared: ["Mail.Send.Shared"],
  message_all: ["Mail.ReadWrite", "Mail.Send"],
  message_all_shared: ["Mail.ReadWrite.Shared", "Mail.Send.Shared"],
  address_book: ["Contacts.Read"],
  address_book_shared: ["Contacts.Read.Shared"],
  address_book_all: ["Contacts.ReadWrite"],
  address_book_all_shared: ["Contacts.ReadWrite.Shared"],
  calendar: ["Calendars.Read"],
  calendar_shared: ["Calendars.Read.Shared"],
  calendar_all: ["Calendars.ReadWrite"],
  calendar_shared_all: ["Calendars.ReadWrite.Shared"],
  users: ["User.ReadBasic.All"],
  onedrive: ["Files.Read.All"],
  onedrive_all: ["Files.ReadWrite.All"],
  sharepoint: ["Sites.Read.All"],
  sharepoint_all: ["Sites.ReadWrite.All"],
  settings_all: ["MailboxSettings.ReadWrite"],
  tasks: ["Tasks.Read"],
  tasks_all: ["Tasks.ReadWrite"],
  presence: ["Presence.Read"],
};

const OPENID_SCOPES = ["offline_access", "openid", "profile", "email"];

export interface Scopes {
  /** Each once, `offline_access` included: without it nobody could refresh the token. */
  readonly scopes: readonly string[];
  /** Words that are no scope. */
  readonly unknown: readonly string[];
}

/** Takes commas or spaces between the names, and full names of any Graph host or of outlook.office.com. */
export function parseScopes(text: string): Scopes {
  const found = new Set<string>();
  const unknown: string[] = [];
  for (const word of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const scopes = scopesOf(word);
    if (scopes.length === 0) unknown.push(word);
    for (const scope of scopes) found.add(scope);
  }
  found.add("offline_access");
  return { scopes: [...found], unknown };
}

function scopesOf(word: string): readonly string[] {
  if (Object.hasOwn(PYTHON_O365_SCOPES, word)) return PYTHON_O365_SCOPES[word]!;
  if (OPENID_SCOPES.includes(word) || /^https:\/\/[^/]+\/\.default$/.test(word)) return [word];
  // Without a host the scope means the Graph of the cloud in which the authority stands.
  const name = word.replace(
    /^https:\/\/(?:[a-z-]+\.)?(?:graph\.microsoft\.(?:com|us)|microsoftgraph\.chinacloudapi\.cn|outlook\.office\.com)\//i,
    "",
  );
  return /^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)+$/.test(name) ? [name] : [];
}
