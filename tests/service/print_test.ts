import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder, o365 } from "../cli/spawn.ts";
import { plistValue } from "./plist.ts";
import { schemaProblems, textAt } from "./task_schema.ts";

const WINDOWS = [
  "--directory",
  "C:\\my app",
  "--program",
  "C:\\my app\\o365-connect.exe",
  "--account",
  "EXAMPLE\\ada & co",
];

async function printed(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await o365(["service", "print", ...args], { cwd: folder, env: { USER: "ada" } });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
}

Deno.test("the Windows listener starts at boot, has no time limit, restarts on failure, one instance, also on battery", () =>
  inFolder(async (folder) => {
    const xml = await printed(folder, "windows", ...WINDOWS);
    assert.deepEqual(schemaProblems(xml), []);
    const at = (path: string) => textAt(xml, path);
    assert.equal(at("Triggers/BootTrigger/Enabled"), "true");
    assert.equal(at("Settings/ExecutionTimeLimit"), "PT0S");
    assert.deepEqual([at("Settings/RestartOnFailure/Interval"), at("Settings/RestartOnFailure/Count")], [
      "PT1M",
      "255",
    ]);
    assert.equal(at("Settings/MultipleInstancesPolicy"), "IgnoreNew");
    assert.equal(at("Settings/DisallowStartIfOnBatteries"), "false");
    assert.equal(at("Settings/StopIfGoingOnBatteries"), "false");
    // S4U: whether or not the user is logged on, without a stored password.
    assert.deepEqual([at("Principals/Principal/UserId"), at("Principals/Principal/LogonType")], [
      "EXAMPLE\\ada & co",
      "S4U",
    ]);
    assert.equal(at("Actions/Exec/Command"), '"C:\\my app\\o365-connect.exe"');
    assert.equal(at("Actions/Exec/Arguments"), "handle-incoming-events");
    assert.equal(at("Actions/Exec/WorkingDirectory"), "C:\\my app");
  }));

Deno.test("the Windows backfill runs every 15 minutes for ever, one hour at most, one instance", () =>
  inFolder(async (folder) => {
    const xml = await printed(
      folder,
      "windows",
      "--job",
      "backfill",
      ...WINDOWS,
      "--env-file",
      "D:\\set tings\\my.env",
      "--database",
      'sqlite:///D:/a "b"\\',
    );
    assert.deepEqual(schemaProblems(xml), []);
    assert.equal(textAt(xml, "Triggers/TimeTrigger/Repetition/Interval"), "PT15M");
    assert.equal(textAt(xml, "Triggers/TimeTrigger/Repetition/Duration"), null);
    assert.match(textAt(xml, "Triggers/TimeTrigger/StartBoundary")!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assert.equal(textAt(xml, "Settings/ExecutionTimeLimit"), "PT1H");
    assert.equal(textAt(xml, "Settings/MultipleInstancesPolicy"), "IgnoreNew");
    // As CommandLineToArgvW takes it apart again.
    assert.equal(
      textAt(xml, "Actions/Exec/Arguments"),
      '--env-file "D:\\set tings\\my.env" --database "sqlite:///D:/a \\"b\\"\\\\" check-for-missing-events',
    );
  }));

Deno.test("a service account of Windows has no way to log on, and none is asked for", () =>
  inFolder(async (folder) => {
    for (const account of ["S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE", "SYSTEM"]) {
      const xml = await printed(folder, "windows", "--account", account);
      assert.deepEqual(schemaProblems(xml), []);
      assert.equal(textAt(xml, "Principals/Principal/LogonType"), null);
    }
  }));

Deno.test("the schema's rules are what is looked for: a wrong task is told", async () => {
  const right = await printed(Deno.cwd(), "windows", "--job", "backfill");
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["<Hidden>false</Hidden>", "<Hidden>no</Hidden>", /Hidden: "no"/],
    ["<Priority>5</Priority>", "<Priority>5</Priority><Prio>5</Prio>", /Prio is not known in Settings/],
    ["<Priority>5</Priority>", "<Priority>5</Priority><Priority>5</Priority>", /Priority stands twice/],
    ["</Repetition>", "<Duration>1 day</Duration></Repetition>", /Duration: "1 day"/],
    ['<Actions Context="Author">', '<Actions Context="Nobody">', /Context/],
    [/<Enabled>true<\/Enabled>\s*(<StartBoundary>.*<\/StartBoundary>)/.exec(right)![0], "", /./],
  ];
  for (const [from, to, problem] of wrong.slice(0, -1)) {
    assert.match(schemaProblems(right.replace(from, to)).join("\n"), problem, to);
  }
  const [both] = /<Enabled>true<\/Enabled>\s*<StartBoundary>[^<]*<\/StartBoundary>/.exec(right)!;
  const swapped = both.replace(/^(<Enabled>.*?<\/Enabled>)(\s*)(.*)$/s, "$3$2$1");
  assert.match(schemaProblems(right.replace(both, swapped)).join("\n"), /Enabled must stand before StartBoundary/);
});

Deno.test("launchd keeps the listener alive and starts the backfill every 15 minutes", () =>
  inFolder(async (folder) => {
    const place = ["--directory", join(folder, "my <app>"), "--program", join(folder, "my <app>", "o365-connect")];
    const listener = plistValue(await printed(folder, "launchd", ...place));
    assert.deepEqual(listener.ProgramArguments, [place[3], "handle-incoming-events"]);
    assert.deepEqual(listener.KeepAlive, { SuccessfulExit: false });
    assert.deepEqual(
      [listener.Label, listener.RunAtLoad, listener.WorkingDirectory, listener.UserName, listener.Umask],
      ["o365-connect", true, place[1], "ada", 0o077],
    );
    const backfill = plistValue(await printed(folder, "launchd", "--job", "backfill", "--user", ...place));
    assert.deepEqual([backfill.StartInterval, backfill.KeepAlive, backfill.UserName], [900, undefined, undefined]);
    assert.deepEqual(backfill.ProgramArguments, [place[3], "check-for-missing-events"]);
  }));

Deno.test("the command line of a service is one that a person can type", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "my.env"), "DATABASE_URI=sqlite:///here/state.db\n");
    const plist = plistValue(await printed(folder, "launchd", "--env-file", "my.env"));
    const words = plist.ProgramArguments as string[];
    // Run with Deno here, with the same words, in the same folder: the file it names is read.
    const typed = [...words.slice(1, -1), "status", "--json"];
    const { code, stdout } = await new Deno.Command(words[0]!, { args: typed, cwd: plist.WorkingDirectory as string })
      .output();
    assert.deepEqual([code, JSON.parse(new TextDecoder().decode(stdout)).mailboxes], [0, []]);
    assert.deepEqual(words.slice(-3), ["--env-file", join(folder, "my.env"), "handle-incoming-events"]);
    // The state lies where the settings say, and that folder is the one that is written to.
    assert.equal(plist.StandardErrorPath, join(folder, "here", "o365-connect.log"));
  }));

Deno.test("wrong paths and systems are refused in words, exit 2", () =>
  inFolder(async (folder) => {
    const [system, empty, missing] = await Promise.all([
      o365(["service", "print", "upstart"], { cwd: folder }),
      o365(["service", "print", "systemd", "--directory", "", "--program", " "], { cwd: folder }),
      o365(["service", "print", "systemd", "--env-file", "no.env"], { cwd: folder }),
    ]);
    assert.deepEqual([system!.code, empty!.code, missing!.code], [2, 2, 2]);
    assert.match(system!.stderr, /Allowed choices are systemd, windows, launchd/);
    assert.match(empty!.stderr, /--directory: expected a path\n +--program: expected a path/);
    assert.match(missing!.stderr, /--env-file: there is no file .*no\.env/);
  }));
