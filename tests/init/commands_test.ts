import assert from "node:assert/strict";
import { tenantCommands } from "../../src/app/init/commands.ts";
import { icaclsArguments } from "../../src/app/private_file.ts";

const FACTS = {
  tenant: "example.com",
  clientId: null,
  mailboxes: ["support@example.com", "o'hara@example.com"],
  authority: "https://login.microsoftonline.com",
  certificate: false,
  jiraUrl: "https://example.atlassian.net",
};

Deno.test("the commands make the app, limit it to the mailboxes, and keep copies of what agents send", () => {
  const commands = tenantCommands(FACTS).filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(commands, [
    "Connect-MgGraph -TenantId 'example.com' -Scopes Application.ReadWrite.All",
    "$app = New-MgApplication -DisplayName o365-connect -SignInAudience AzureADMyOrg",
    "$sp = New-MgServicePrincipal -AppId $app.AppId",
    "$app.AppId                   # O365_CLIENT_ID",
    "(Get-MgContext).TenantId     # O365_TENANT_ID",
    "$credential = @{ DisplayName = 'o365-connect'; EndDateTime = (Get-Date).AddMonths(12) }",
    "(Add-MgApplicationPassword -ApplicationId $app.Id -PasswordCredential $credential).SecretText   # O365_CLIENT_SECRET",
    "Connect-ExchangeOnline",
    "New-ServicePrincipal -AppId $app.AppId -ObjectId $sp.Id -DisplayName o365-connect",
    "New-ManagementScope -Name o365-connect -RecipientRestrictionFilter " +
    "\"PrimarySmtpAddress -eq 'support@example.com' -or PrimarySmtpAddress -eq 'o''hara@example.com'\"",
    "New-ManagementRoleAssignment -Name 'o365-connect Mail.ReadWrite' -App $sp.Id " +
    "-Role 'Application Mail.ReadWrite' -CustomResourceScope o365-connect",
    "New-ManagementRoleAssignment -Name 'o365-connect Mail.Send' -App $sp.Id -Role 'Application Mail.Send' " +
    "-CustomResourceScope o365-connect",
    "Test-ServicePrincipalAuthorization -Identity $sp.Id -Resource 'support@example.com' | Format-Table RoleName, InScope",
    "Test-ServicePrincipalAuthorization -Identity $sp.Id -Resource 'o''hara@example.com' | Format-Table RoleName, InScope",
    "Set-Mailbox -Identity 'support@example.com' -MessageCopyForSentAsEnabled $true",
    "Set-Mailbox -Identity 'support@example.com' -MessageCopyForSendOnBehalfEnabled $true",
    "Set-Mailbox -Identity 'o''hara@example.com' -MessageCopyForSentAsEnabled $true",
    "Set-Mailbox -Identity 'o''hara@example.com' -MessageCopyForSendOnBehalfEnabled $true",
  ]);
});

Deno.test("tenant-wide consent is only offered as the wider alternative, in comments", () => {
  const lines = tenantCommands(FACTS);
  const consent = lines.findIndex((line) => line.includes("New-MgServicePrincipalAppRoleAssignment"));
  assert.ok(lines[consent]!.startsWith("#"));
  assert.ok(lines.some((line) => line.startsWith("#") && line.includes("either this or the above")));
});

Deno.test("an app that exists is looked up; a certificate takes the place of the secret", () => {
  const text = tenantCommands({ ...FACTS, clientId: "1-2", certificate: true }).join("\n");
  assert.match(text, /\$app = Get-MgApplication -Filter "appId eq '1-2'"/);
  assert.match(text, /Update-MgApplication -ApplicationId \$app\.Id -KeyCredentials/);
  assert.doesNotMatch(text, /New-MgApplication|SecretText/);
});

Deno.test("a national cloud is connected to by its own name, and Jira's token is made where that Jira makes it", () => {
  const us = tenantCommands({ ...FACTS, authority: "https://login.microsoftonline.us" }).join("\n");
  assert.match(us, /^Connect-MgGraph .*-Environment USGov /m);
  assert.match(us, /^Connect-ExchangeOnline -ExchangeEnvironmentName O365USGovGCCHigh$/m);
  assert.match(us, /id\.atlassian\.com/);
  const server = tenantCommands({ ...FACTS, jiraUrl: "https://jira.example.com/jira" }).join("\n");
  assert.match(server, /https:\/\/jira\.example\.com\/jira › profile picture › .*Personal Access Tokens/);
  assert.doesNotMatch(server, /id\.atlassian\.com/);
});

Deno.test("on Windows nothing is inherited, and only the user and the system may read", () => {
  assert.deepEqual(icaclsArguments("C:\\my app\\.env", "EXAMPLE\\ada"), [
    "C:\\my app\\.env",
    "/inheritance:r",
    "/grant:r",
    "EXAMPLE\\ada:F",
    "/grant:r",
    "*S-1-5-18:F",
    "/q",
  ]);
});
