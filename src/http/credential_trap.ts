/** Signs that a credential was not accepted, also where the status says something else. */

import type { HttpAnswer, HttpRequest } from "../core/http_port.ts";

type Request = Pick<HttpRequest, "destination" | "headers">;

const CHECK_JIRA = "Check JIRA_PLATFORM_USER and JIRA_PLATFORM_TOKEN; tokens expire";

/** What to do about a refused credential, `null` if the answer shows none. */
export function credentialTrap(request: Request, answer: HttpAnswer): string | null {
  switch (request.destination) {
    case "graph":
      return answer.status === 401 && sentCredential(request)
        ? "The token was not accepted: check O365_TENANT_ID, O365_GRAPH_URL and O365_ID_PROVIDER"
        : null;
    case "jira":
      return jiraTrap(request, answer);
    case "entra":
      return null;
  }
}

function jiraTrap(request: Request, answer: HttpAnswer): string | null {
  const { status, headers } = answer;
  const denied = headers.get("x-authentication-denied-reason");
  const loginReason = headers.get("x-seraph-loginreason") ?? "";
  // After failed logins Jira refuses the right password too, until a person has answered the CAPTCHA.
  if (denied !== null || /AUTHENTICATION_DENIED/i.test(loginReason)) {
    return "Log in to Jira once in a browser as this user and answer the CAPTCHA, then check JIRA_PLATFORM_TOKEN";
  }
  if (/AUTHENTICATED_FAILED/i.test(loginReason)) return CHECK_JIRA;
  if (!sentCredential(request)) return null;
  const user = headers.get("x-ausername");
  if (user?.toLowerCase() === "anonymous") return CHECK_JIRA;
  if (isLoginPage(answer)) return `Jira sent us to its login page. ${CHECK_JIRA}`;
  // A 401 to a known user is about permissions (watchers), not about the credential.
  const known = user !== null || headers.has("x-aaccountid") || /\bOK\b/.test(loginReason);
  return status === 401 && !known ? CHECK_JIRA : null;
}

function isLoginPage({ status, headers, text, stream }: HttpAnswer): boolean {
  if (status >= 300 && status < 400) {
    const where = (headers.get("location") ?? "").split("?")[0]!;
    return /login|signin|\bsso\b|saml|oauth|\bauth\b/i.test(where);
  }
  // 204 and empty answers of Jira Server claim to be HTML; a download may be HTML.
  const html = /^text\/html/i.test(headers.get("content-type") ?? "");
  return status >= 200 && status < 300 && html && stream === null && text.trim() !== "";
}

function sentCredential({ headers = {} }: Request): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}
