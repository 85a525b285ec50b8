/**
 * The command tree. A command's work is loaded when it is called, so that `--help` and `--version` cost next to nothing:
 * import here only what is tiny.
 */

import { Argument, Command, CommanderError, Option } from "@commander-js/extra-typings";
import { VERSION } from "./src/app/version.ts";
import { endProcess, run } from "./src/cli/exit.ts";
import { LOG_FORMAT_NAMES, LOG_LEVEL_NAMES } from "./src/cli/globals.ts";
import { withNotes } from "./src/cli/help.ts";

const STATE = ["DATABASE_URI"];
const GRAPH = ["O365_TENANT_ID", "O365_CLIENT_ID", "O365_CLIENT_SECRET (or O365_CLIENT_CERTIFICATE)"];
const JIRA = ["JIRA_PLATFORM_URL", "JIRA_PLATFORM_USER", "JIRA_PLATFORM_TOKEN", "JIRA_PROJECT_KEY (or JIRA_BOARDS)"];
const NETWORK = ["HTTPS_PROXY", "NO_PROXY", "CA_FILE"];
const RULES = [
  "O365_ADDRESSES",
  "O365_MAILBOX_BOARDS",
  "JIRA_ISSUE_TYPE",
  "JIRA_ISSUE_DEFAULT_LABELS",
  "JIRA_WHITELIST",
  "JIRA_BLACKLIST",
  "AUTOMATIC_MAIL",
  "ACK",
];

const CREDENTIALS_EXIT = [3, "credentials refused by Entra ID, Microsoft Graph or Jira"] as const;
const FAILED_EXIT = [4, "finished, and some mail is in: o365-connect failed list"] as const;
const TEMPORARY_EXIT = [75, "something outside is down or busy: run it again"] as const;

/** The program with every command; nothing runs until it is parsed. */
export function buildProgram() {
  const program = new Command("o365-connect")
    .description("Turns the mail of a Microsoft 365 mailbox into Jira issues: nothing lost, nothing twice.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "help of a command")
    .option("--env-file <path>", "read settings from this file before .env; the process environment wins over both")
    .option("--database <uri>", "SQLite file that remembers what was handled (env: DATABASE_URI)")
    .addOption(
      new Option("--log-level <level>", "least important level that is logged to stderr").choices(LOG_LEVEL_NAMES),
    )
    .addOption(
      new Option("--log-format <format>", "how log lines are written").choices(LOG_FORMAT_NAMES).default(
        "text" as const,
      ),
    )
    .option("--debug", "log at level debug, and show where an error came from")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Run with --help to see what is possible.")
    .exitOverride();
  withNotes(program, {
    remarks: [
      "Settings are taken from options, the environment, --env-file, .env in the working directory, and .env beside the " +
      "executable, in this order; .env.example lists them all. Begin with: o365-connect doctor. Without any account: " +
      "o365-connect demo.",
    ],
    exits: [CREDENTIALS_EXIT, FAILED_EXIT, TEMPORARY_EXIT],
  });

  const init = program.command("init")
    .description("Write a .env that only its owner can read, and print what is to be done in the tenant and in Jira.")
    .summary("write a .env, and print the tenant's commands")
    .option("--output <path>", "the file to write; one that exists is never overwritten", ".env")
    .option("-y, --yes", "ask nothing: take what environment and options tell, leave dots for the rest")
    .option("--mailbox <address>", "address of the mailbox; several, comma separated (env: O365_PRINCIPAL)")
    .option("--tenant <id>", "tenant ID or domain (env: O365_TENANT_ID)")
    .option("--client-id <id>", "application ID (env: O365_CLIENT_ID)")
    .option("--certificate <path>", "PEM with key and certificate, not a secret (env: O365_CLIENT_CERTIFICATE)")
    .option("--jira-url <url>", "URL of Jira (env: JIRA_PLATFORM_URL)")
    .option("--jira-user <name>", "Jira account (env: JIRA_PLATFORM_USER)")
    .option("--project <key>", "key of the Jira project (env: JIRA_PROJECT_KEY)")
    .action((options, command) =>
      run(command.optsWithGlobals(), async (session) => (await import("./src/cli/init.ts")).runInit(session, options))
    );
  withNotes(init, {
    remarks: [
      "Asks for what environment and options do not tell. Secrets are typed unseen, or taken from O365_CLIENT_SECRET and " +
      "JIRA_PLATFORM_TOKEN; there is no option for them, since every user of a machine can read a command line. No " +
      "secret is printed.",
    ],
    examples: [
      ["o365-connect init", "with questions"],
      ["o365-connect init --yes --mailbox support@example.com", "without; what is missing is said"],
    ],
  });

  const authorize = program.command("authorize")
    .description("Obtain a token, store it, and say for which mailbox and until when it is good.")
    .summary("obtain a token and store it")
    .addOption(
      offering(
        new Option(
          "--grant-type <type>",
          "how the token is obtained (env: O365_GRANT_TYPE; default: client-credentials)",
        ),
        ["client-credentials", "authorization-code", "device-code"],
      ),
    )
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/authorize.ts")).runAuthorize(session, options),
      )
    );
  withNotes(authorize, {
    remarks: [
      "authorization-code prints the URL for the consent and reads the address to which the browser was sent; device-code " +
      "prints a code to be typed on another device. The token is refreshed by itself afterwards.",
    ],
    variables: {
      required: ["O365_PRINCIPAL", ...GRAPH],
      optional: ["O365_GRANT_TYPE", "O365_SCOPES", "O365_REDIRECT_URI", "O365_ID_PROVIDER", ...STATE, ...NETWORK],
    },
    exits: [[3, "credentials refused; the message says what to click"], TEMPORARY_EXIT],
  });

  const handle = program.command("handle-incoming-events")
    .description("Listen to the mailboxes and turn mail into issues and comments, until stopped.")
    .summary("listen, and turn mail into issues")
    .option("--once", "process what is there, print a line per mail, then exit")
    .option("--dry-run", "decide and print; write nothing, neither to Jira, nor to the mailbox, nor to the state")
    .option("--since <date>", "on a mailbox's first run, start at this ISO 8601 date instead of now; ignored later")
    .option("--poll-interval <seconds>", "how often the mailbox is asked (env: POLL_INTERVAL_SECONDS; default: 5)")
    .option("--http <address>", "serve the local page, /healthz and /metrics, for example at 127.0.0.1:8080")
    .option("--http-host <name...>", "name of a proxy in front of the page, as in the browser's address")
    .option(
      "--jira-webhook <address>",
      "take Jira's webhooks (needs JIRA_WEBHOOK_SECRET), for example at 127.0.0.1:8090",
    )
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) =>
          (await import("./src/cli/handle_incoming_events.ts")).runHandleIncomingEvents(session, options),
      )
    );
  withNotes(handle, {
    remarks: [
      "Ctrl-C, SIGTERM or Ctrl-Break: takes no new mail, finishes what is in flight, and exits 0 within ten seconds. A " +
      "second one ends at once; the next start repairs. Several may run on one state.",
    ],
    variables: {
      required: ["O365_PRINCIPAL", ...GRAPH, ...JIRA],
      optional: [
        ...RULES,
        "JIRA_COMMENT_RELAY",
        "JIRA_WEBHOOK_SECRET",
        "POLL_INTERVAL_SECONDS",
        "HTTP_TOKEN",
        ...STATE,
        ...NETWORK,
      ],
    },
    examples: [
      ["o365-connect handle-incoming-events", "as a service"],
      [
        "o365-connect handle-incoming-events --http 127.0.0.1:8080",
        "with a page that shows it, and decides about failed mail",
      ],
      [
        "o365-connect handle-incoming-events --once --dry-run --since 2026-03-01",
        "what would become of the mail since March",
      ],
    ],
    exits: [
      [3, "credentials refused at the start (later it pauses and probes)"],
      [4, "--once: finished, and some mail is in: o365-connect failed list"],
      [75, "--once: something outside is down or busy: run it again"],
    ],
  });

  const check = program.command("check-for-missing-events")
    .description("Compare the last days of the mailboxes with the state, and process whatever was not handled.")
    .summary("find and process what was missed")
    .option("-d, --days <number>", "how many days to look back", "1")
    .option("--dry-run", "compare and print; write nothing")
    .option("--include-before-start", "also take mail from before the start of a mailbox")
    .option("--json", "print the report as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) =>
          (await import("./src/cli/check_for_missing_events.ts")).runCheckForMissingEvents(session, options),
      )
    );
  withNotes(check, {
    remarks: ["Made for a scheduled task, beside a running handle-incoming-events or without one."],
    variables: {
      required: ["O365_PRINCIPAL", ...GRAPH, ...JIRA],
      optional: [...RULES, "RECONCILE_DELAY_SECONDS", ...STATE, ...NETWORK],
    },
    examples: [["o365-connect check-for-missing-events --days 7", "after a week without the service"]],
    exits: [CREDENTIALS_EXIT, FAILED_EXIT, TEMPORARY_EXIT],
  });

  const explain = program.command("explain")
    .description("Tell what would become of a mail, and why: filters, conversation, route, people, text, requests.")
    .summary("what would become of a mail, and why")
    .argument("[file...]", "mail files (.eml), or folders of them")
    .option("--id <id>", "a mail in the mailbox, by its Graph id or its Message-ID")
    .option("--mailbox <address>", "mailbox in which --id is looked up (default: the first of O365_PRINCIPAL)")
    .option("--as-reply", "as if it answered in a known conversation")
    .option("--json", "print one JSON document per mail, each on a line of its own")
    .action((files, options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/explain.ts")).runExplain(session, files, options),
      )
    );
  withNotes(explain, {
    remarks: [
      "Writes nothing. Files need no settings at all: without O365_PRINCIPAL the first To address counts as the mailbox, " +
      "without Jira it is a Cloud site with the project DEMO.",
    ],
    variables: { optional: ["O365_PRINCIPAL", ...GRAPH, ...JIRA, ...RULES, ...STATE] },
    examples: [
      ["o365-connect explain complaint.eml", "in words"],
      ["o365-connect explain --json mails/ > mails.jsonl", "every .eml of a folder, for a script"],
    ],
    exits: [CREDENTIALS_EXIT, [4, "a file could not be read"], TEMPORARY_EXIT],
  });

  const failed = program.command("failed")
    .description("Look at mail that could not be handled, and decide about it.")
    .summary("mail that could not be handled");
  failed.command("list")
    .description("List the failed mail, the oldest failure first.")
    .summary("list the failed mail")
    .option("--json", "print the list as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/failed.ts")).runFailedList(session, options),
      )
    );
  failed.command("show")
    .description("Show one failed mail: the step, the error, and what was already written.")
    .summary("show one with step and error")
    .argument("<id>", "id from failed list")
    .option("--json", "print it as one JSON document")
    .action((id, options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/failed.ts")).runFailedShow(session, id, options),
      )
    );
  failed.command("retry")
    .description("Put failed mail back to work, at the step that failed; nothing is written twice.")
    .summary("put back to work")
    .argument("[id...]", "ids from failed list")
    .option("--all", "every failed mail")
    .action((ids, options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/failed.ts")).runFailedRetry(session, ids, options),
      )
    );
  failed.command("discard")
    .description("Give failed mail up for good; it stays in the mailbox.")
    .summary("give up for good")
    .argument("<id...>", "ids from failed list")
    .action((ids, _options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/failed.ts")).runFailedDiscard(session, ids),
      )
    );
  for (const command of failed.commands) withNotes(command, { variables: { optional: STATE } });

  const status = program.command("status")
    .description("Show the mailboxes, the age of the last complete read, counts by outcome, and the last error.")
    .summary("mailboxes, counts by outcome, last error")
    .option("--watch", "show it until Ctrl-C, with the rate and the last mail; not on a terminal: a line per change")
    .option("--json", "print the report as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/status.ts")).runStatus(session, options),
      )
    );
  withNotes(status, { remarks: ["Asks nobody outside."], variables: { optional: STATE } });

  const history = program.command("history")
    .description("Show every mail with its outcome, the reason, and the issue; the newest first.")
    .summary("every mail with outcome, reason and issue")
    .option("--since <date>", "received at this ISO 8601 date or later")
    .option("--until <date>", "received until this date, the day included, or before this time")
    .option("--from <sender>", "of this address, domain, or sub-domains (*.example.com)")
    .addOption(
      new Option("--outcome <outcome>", "with this outcome, or still without one").choices(
        ["created", "commented", "filtered", "failed", "pending"] as const,
      ),
    )
    .option("--mailbox <address>", "in this mailbox")
    .option("--limit <number>", "how many at most, or all", "100")
    .option("--json", "print one JSON document, times in UTC")
    .option("--csv", "print comma separated values, times in UTC")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/history.ts")).runHistory(session, options),
      )
    );
  withNotes(history, {
    remarks: [
      "Asks nobody outside. Subjects and texts are not shown, for they are not kept. In CSV an apostrophe stands before " +
      "what a spreadsheet would take for a formula.",
    ],
    variables: { optional: ["JIRA_PLATFORM_URL", ...STATE] },
    examples: [
      ["o365-connect history --from example.com --outcome filtered", "why their mail became no issue"],
      ["o365-connect history --since 2026-03-01 --limit all --csv > march.csv", "for a spreadsheet"],
    ],
  });

  const state = program.command("state")
    .description("Back the state up, restore it, check it, or export it.")
    .summary("back up, restore, check or export the state");
  const stateBackup = state.command("backup")
    .description("Copy the state into a new file, also while the service runs. A backup holds no tokens.")
    .summary("copy it into a new file")
    .argument("<file>", "the backup; it must not exist yet")
    .action((file, _options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/state.ts")).runStateBackup(session, file),
      )
    );
  const stateRestore = state.command("restore")
    .description("Put a backup in the place of the state, which is kept beside it. Stop the service first.")
    .summary("put a backup in its place")
    .argument("<file>", "the backup")
    .action((file, _options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/state.ts")).runStateRestore(session, file),
      )
    );
  const stateCheck = state.command("check")
    .description("Read the whole state and tell what is damaged.")
    .summary("tell what is damaged")
    .option("--json", "print the report as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/state.ts")).runStateCheck(session, options),
      )
    );
  const stateExport = state.command("export")
    .description("Print every mail with its identity and outcome, one JSON document per line.")
    .summary("print every mail with its outcome")
    .action((_options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/state.ts")).runStateExport(session),
      )
    );
  const stateOptions = { variables: { optional: STATE } };
  const busy = [75, "another process holds the file locked"] as const;
  withNotes(stateBackup, {
    ...stateOptions,
    examples: [["o365-connect state backup /backup/o365-connect-monday.db", "from a scheduled task, once a day"]],
    exits: [busy],
  });
  withNotes(stateRestore, {
    ...stateOptions,
    remarks: [
      "The next run first looks in Jira and in the mailboxes for what was written since the backup; before that it writes " +
      "nothing.",
    ],
    exits: [[75, "a process has the state open; the message names it"]],
  });
  withNotes(stateCheck, { ...stateOptions, exits: [[1, "something is damaged"], busy] });
  withNotes(stateExport, {
    ...stateOptions,
    remarks: ["Subjects and texts are not in it, for they are not kept."],
    examples: [["o365-connect state export > mails.jsonl", "for another program"]],
    exits: [busy],
  });

  const doctor = program.command("doctor")
    .description("Check everything the job needs, a line each, with the remedy for what is wrong.")
    .summary("check everything the job needs")
    .option("--send", "also send a mail from each mailbox to itself, and wait for it; it is deleted then")
    .option("--foreign <address>", "also prove that this mailbox, which is none of ours, is refused")
    .option("--json", "print the report as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/doctor.ts")).runDoctor(session, options),
      )
    );
  withNotes(doctor, {
    variables: { required: ["O365_PRINCIPAL", ...GRAPH, ...JIRA], optional: [...RULES, ...STATE, ...NETWORK] },
    exits: [CREDENTIALS_EXIT],
  });

  const service = program.command("service")
    .description("Run the program under systemd, launchd or the Windows Task Scheduler.")
    .summary("install it as a service, or print what would be");
  const install = service.command("install")
    .description("Install and start the service, and the scheduled check for what was missed.")
    .summary("install and start it")
    .option("--user", "for this account alone, while it is signed in (systemd, launchd)")
    .option("--directory <path>", "working directory, where .env is (default: this one)")
    .option("--program <path>", "the executable (default: this one)")
    .option("--account <name>", "who it runs as (default: who installs it)")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/service.ts")).runServiceInstall(session, options),
      )
    );
  const uninstall = service.command("uninstall")
    .description("Stop the service and remove it; settings and state stay.")
    .summary("stop and remove it")
    .option("--user", "what was installed with --user")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/service.ts")).runServiceUninstall(session, options),
      )
    );
  const serviceStatus = service.command("status")
    .description("Say whether the service and the scheduled check are installed, and how they stand.")
    .summary("whether it is installed and running")
    .option("--user", "what was installed with --user")
    .option("--json", "print the report as one JSON document")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/service.ts")).runServiceStatus(session, options),
      )
    );
  const print = service.command("print")
    .description("Print what would be installed, for any of the systems, on any of them.")
    .summary("print the unit, task or property list")
    .addArgument(new Argument("<system>", "for which").choices(["systemd", "windows", "launchd"] as const))
    .addOption(
      new Option("--job <job>", "the service, or the scheduled check").choices(["listener", "backfill"] as const)
        .default(
          "listener" as const,
        ),
    )
    .option("--user", "for one account alone (systemd, launchd)")
    .option("--directory <path>", "working directory, where .env is (default: this one)")
    .option("--program <path>", "the executable (default: this one)")
    .option("--account <name>", "who it runs as (default: who prints it; Windows elsewhere: S-1-5-19)")
    .action((system, options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => await (await import("./src/cli/service.ts")).runServicePrint(session, system, options),
      )
    );
  const programsNote = "Of other programs only the service manager's own is run: systemctl, schtasks or launchctl.";
  withNotes(install, {
    remarks: [
      "The settings must be in a file: .env in the directory, or --env-file; a service sees no variable of this shell. " +
      "Installed twice, the second takes the place of the first.",
      programsNote,
    ],
    examples: [
      ["sudo o365-connect service install", "systemd, launchd: for the system"],
      ["o365-connect service install --user", "systemd, launchd: for this account"],
      ["o365-connect service install", "Windows: in a terminal run as administrator"],
    ],
  });
  withNotes(uninstall, { remarks: [programsNote] });
  withNotes(serviceStatus, { remarks: [programsNote] });
  withNotes(print, {
    remarks: ["Installs nothing, and runs no other program."],
    examples: [
      ["o365-connect service print systemd", "the unit of the service"],
      [
        "o365-connect service print windows --job backfill > backfill.xml",
        "for: schtasks /Create /TN o365-connect-backfill /XML backfill.xml",
      ],
    ],
  });

  const demo = program.command("demo")
    .description("Play the whole job on this machine, without any account: sample mail becomes issues.")
    .summary("play the whole job, without any account")
    .option("--keep", "leave the simulators running until Ctrl-C, to look at the issues in a browser")
    .option("--eml <path...>", "deliver these mail files, or folders of them, instead of the samples")
    .addOption(
      new Option("--jira <kind>", "which Jira is simulated").choices(["cloud", "server"]).default("cloud" as const),
    )
    .action((options, command) =>
      run(command.optsWithGlobals(), async (session) => (await import("./src/cli/demo.ts")).runDemo(session, options))
    );
  withNotes(demo, {
    remarks: ["Nothing leaves this machine, and no setting is read."],
    examples: [["o365-connect demo --keep --eml ~/mails", "one's own mail, then a look at the issues"]],
  });

  const simulate = program.command("simulate")
    .description("Serve the simulated Entra ID, Microsoft Graph and Jira on loopback until stopped.")
    .summary("serve the simulated Microsoft 365 and Jira")
    .addOption(
      new Option("--jira <kind>", "which Jira is simulated").choices(["cloud", "server"]).default("cloud" as const),
    )
    .option("--entra-port <number>", "port of Entra ID (default: a free one)")
    .option("--graph-port <number>", "port of Microsoft Graph (default: a free one)")
    .option("--jira-port <number>", "port of Jira (default: a free one)")
    .action((options, command) =>
      run(
        command.optsWithGlobals(),
        async (session) => (await import("./src/cli/simulate.ts")).runSimulate(session, options),
      )
    );
  withNotes(simulate, { remarks: ["Prints the environment that points a client at them."] });

  const completions = program.command("completions")
    .description("Print the script that completes commands and options in a shell.")
    .summary("completion script for a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish", "powershell"]))
    .action((shell, _options, command) =>
      run(
        command.optsWithGlobals(),
        async () => (await import("./src/cli/completions.ts")).runCompletions(program, shell),
      )
    );
  withNotes(completions, {
    examples: [
      ["source <(o365-connect completions bash)", "in ~/.bashrc; the same with zsh in ~/.zshrc"],
      ["o365-connect completions fish | source", "in ~/.config/fish/config.fish"],
      ["o365-connect completions powershell | Out-String | Invoke-Expression", "in $PROFILE"],
    ],
  });
  return program;
}

/** Shown and completed, but not enforced: the configuration checks the value, together with everything else. */
function offering<Flags extends string>(option: Option<Flags>, choices: readonly string[]): Option<Flags> {
  option.argChoices = [...choices];
  return option;
}

async function main(args: readonly string[]): Promise<void> {
  const program = buildProgram();
  try {
    const { operands, unknown } = program.parseOptions([...args]);
    if (operands.length === 0 && unknown.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said it already; whatever is not an answer is wrong usage (contract §2).
    endProcess(error.exitCode === 0 ? 0 : 2);
  }
}

if (import.meta.main) await main(Deno.args);
