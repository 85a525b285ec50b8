/** What an administrator runs in the tenant and in Jira, with everything filled in that is known. Pure. */

export interface TenantFacts {
  /** `null` where it is not known yet. */
  readonly tenant: string | null;
  readonly clientId: string | null;
  readonly mailboxes: readonly string[];
  /** Entra ID authority. */
  readonly authority: string;
  /** Whether a certificate is used in place of a secret. */
  readonly certificate: boolean;
  readonly jiraUrl: string | null;
}

const NAME = "o365-connect";

/** Lines for PowerShell and words in comments. Sources: docs/setup.md names Microsoft's page for each step. */
export function tenantCommands(facts: TenantFacts): string[] {
  return [
    "# In PowerShell 7, as an administrator of the tenant. Once:",
    "#   Install-Module Microsoft.Graph.Applications, ExchangeOnlineManagement",
    "",
    ...registration(facts),
    "",
    ...(facts.certificate ? certificate() : secret()),
    "",
    ...mailboxAccess(facts),
    "",
    ...copies(facts),
    "",
    ...jiraToken(facts),
  ];
}

function registration({ tenant, clientId, authority }: TenantFacts): string[] {
  const where = tenant === null ? "" : ` -TenantId ${quoted(tenant)}`;
  const connect = `Connect-MgGraph${where}${cloudOf(authority).graph} -Scopes Application.ReadWrite.All`;
  if (clientId !== null) {
    const filter = `-Filter "appId eq ${quoted(clientId)}"`;
    return [
      "# 1. The app registration",
      connect,
      `$app = Get-MgApplication ${filter}`,
      `$sp = Get-MgServicePrincipal ${filter}`,
    ];
  }
  return [
    "# 1. The app registration",
    connect,
    `$app = New-MgApplication -DisplayName ${NAME} -SignInAudience AzureADMyOrg`,
    "$sp = New-MgServicePrincipal -AppId $app.AppId",
    "$app.AppId                   # O365_CLIENT_ID",
    "(Get-MgContext).TenantId     # O365_TENANT_ID",
  ];
}

function secret(): string[] {
  return [
    "# 2. A secret, good for a year (or a certificate: init --certificate o365-connect.pem)",
    `$credential = @{ DisplayName = '${NAME}'; EndDateTime = (Get-Date).AddMonths(12) }`,
    "(Add-MgApplicationPassword -ApplicationId $app.Id -PasswordCredential $credential).SecretText   # O365_CLIENT_SECRET",
  ];
}

function certificate(): string[] {
  return [
    "# 2. A certificate, good for two years; o365-connect.pem is what O365_CLIENT_CERTIFICATE names",
    `openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 730 -subj /CN=${NAME} -keyout key.pem -out cert.pem`,
    "Get-Content key.pem, cert.pem | Set-Content o365-connect.pem; Remove-Item key.pem",
    '$file = [Security.Cryptography.X509Certificates.X509Certificate2]::new("$PWD/cert.pem")',
    "$key = @{ Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $file.RawData }",
    "Update-MgApplication -ApplicationId $app.Id -KeyCredentials @($key)",
  ];
}

/** Grants of Exchange and of Entra ID add up: whoever has both has the wider. */
function mailboxAccess({ mailboxes, authority }: TenantFacts): string[] {
  const filter = known(mailboxes).map((mailbox) => `PrimarySmtpAddress -eq ${quoted(mailbox)}`).join(" -or ");
  return [
    "# 3. Mail.ReadWrite and Mail.Send, for nothing but the mailbox (RBAC for Applications; effective after up to 2 hours)",
    `Connect-ExchangeOnline${cloudOf(authority).exchange}`,
    `New-ServicePrincipal -AppId $app.AppId -ObjectId $sp.Id -DisplayName ${NAME}`,
    `New-ManagementScope -Name ${NAME} -RecipientRestrictionFilter "${filter}"`,
    ...["Mail.ReadWrite", "Mail.Send"].map((permission) =>
      `New-ManagementRoleAssignment -Name '${NAME} ${permission}' -App $sp.Id -Role 'Application ${permission}' ` +
      `-CustomResourceScope ${NAME}`
    ),
    ...known(mailboxes).map((mailbox) =>
      `Test-ServicePrincipalAuthorization -Identity $sp.Id -Resource ${
        quoted(mailbox)
      } | Format-Table RoleName, InScope`
    ),
    "#    Instead, where the app may use every mailbox of the tenant (either this or the above: both together are this):",
    `#    Connect-MgGraph${
      cloudOf(authority).graph
    } -Scopes Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All`,
    "#    $graph = Get-MgServicePrincipal -Filter \"appId eq '00000003-0000-0000-c000-000000000000'\"",
    "#    $roles = $graph.AppRoles | Where-Object { $_.Value -in 'Mail.ReadWrite', 'Mail.Send' -and",
    "#      $_.AllowedMemberTypes -contains 'Application' }",
    "#    $roles | ForEach-Object { New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id `",
    "#      -PrincipalId $sp.Id -ResourceId $graph.Id -AppRoleId $_.Id }   # this is the admin consent",
  ];
}

function copies({ mailboxes }: TenantFacts): string[] {
  return [
    "# 4. Copies of what agents send as the mailbox, or on its behalf, in its own Sent Items",
    ...known(mailboxes).flatMap((mailbox) => [
      `Set-Mailbox -Identity ${quoted(mailbox)} -MessageCopyForSentAsEnabled $true`,
      `Set-Mailbox -Identity ${quoted(mailbox)} -MessageCopyForSendOnBehalfEnabled $true`,
    ]),
  ];
}

function jiraToken({ jiraUrl }: TenantFacts): string[] {
  const host = jiraUrl === null ? "" : new URL(jiraUrl).hostname;
  const cloud =
    "https://id.atlassian.com/manage-profile/security/api-tokens › Create API token   # JIRA_PLATFORM_TOKEN";
  const server = "profile picture › Profile › Personal Access Tokens › Create token   # JIRA_PLATFORM_TOKEN, " +
    "without JIRA_PLATFORM_USER";
  const heading = "# 5. Jira's token, of the account that will write the issues";
  if (jiraUrl === null) return [heading, `#    Cloud: ${cloud}`, `#    Server, Data Center: ${server}`];
  return host.endsWith(".atlassian.net") || host.endsWith(".jira-dev.com")
    ? [heading, `#    ${cloud}`]
    : [heading, `#    ${jiraUrl} › ${server}`];
}

function known(mailboxes: readonly string[]): readonly string[] {
  return mailboxes.length === 0 ? ["support@example.com"] : mailboxes;
}

/** PowerShell's and OData's literal alike: an apostrophe is doubled. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The national clouds' names in both modules. */
function cloudOf(authority: string): { graph: string; exchange: string } {
  const host = new URL(authority).hostname;
  if (host.endsWith(".us")) {
    return { graph: " -Environment USGov", exchange: " -ExchangeEnvironmentName O365USGovGCCHigh" };
  }
  if (host.endsWith(".cn")) return { graph: " -Environment China", exchange: " -ExchangeEnvironmentName O365China" };
  return { graph: "", exchange: "" };
}
