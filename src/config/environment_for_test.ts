/** An outside made of plain data, for the tests of this room. */

import type { Environment } from "./environment.ts";

export interface OutsideForTest {
  readonly env?: Readonly<Record<string, string>>;
  /** Path → text or bytes; an `Error` is thrown when the file is read. */
  readonly files?: Readonly<Record<string, string | Uint8Array | Error>>;
  readonly executableDirectory?: string | null;
  readonly windows?: boolean;
}

/** The working directory is `/work` (`C:\work` on Windows). */
export function outside(
  { env = {}, files = {}, executableDirectory = null, windows = false }: OutsideForTest,
): Environment {
  return {
    env,
    workingDirectory: windows ? "C:\\work" : "/srv/bridge",
    executableDirectory,
    windows,
    readFile(path) {
      const content = files[path];
      if (content instanceof Error) throw content;
      return typeof content === "string" ? new TextEncoder().encode(content) : content ?? null;
    },
  };
}

/** The least that a run against Graph and Jira needs. */
export const COMPLETE: Readonly<Record<string, string>> = {
  O365_PRINCIPAL: "support@example.com",
  O365_TENANT_ID: "tenant.example.com",
  O365_CLIENT_ID: "11111111-2222-3333-4444-555555555555",
  O365_CLIENT_SECRET: "client~secret",
  JIRA_PLATFORM_URL: "https://example.atlassian.net",
  JIRA_PLATFORM_TOKEN: "jira-token",
  JIRA_PROJECT_KEY: "SUP",
};
