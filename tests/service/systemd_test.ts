import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder, o365 } from "../cli/spawn.ts";

/** As systemd itself judges; without it there is nothing to ask. */
const ANALYZE = await new Deno.Command("systemd-analyze", { args: ["--version"] }).output().then(
  () => true,
  () => false,
);

interface Unit {
  readonly name: string;
  readonly text: string;
}

async function printed(folder: string, args: readonly string[] = []): Promise<Unit[]> {
  const print = async (...more: string[]) => {
    const { code, stdout, stderr } = await o365(["service", "print", "systemd", ...args, ...more], {
      cwd: folder,
      env: { USER: "ada" },
    });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    return stdout;
  };
  const listener = await print();
  const backfill = await print("--job", "backfill");
  const parts = backfill.split(/^# .*\/(o365-connect-backfill\.(?:service|timer))\n/m);
  return [
    { name: "o365-connect.service", text: listener },
    { name: parts[1]!, text: parts[2]! },
    { name: parts[3]!, text: parts[4]! },
  ];
}

/** A program and a folder whose names need every kind of care that systemd allows for them. */
async function awkwardPlace(folder: string): Promise<string[]> {
  const place = join(folder, 'my "app" 100% $HOME\\ ');
  const program = join(folder, "o365 $HOME 100%", "o365-connect");
  for (const path of [place, join(program, "..")]) await Deno.mkdir(path);
  await Deno.writeTextFile(program, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.writeTextFile(join(place, "a.env"), "");
  return ["--directory", place, "--program", program, "--env-file", join(place, "a.env")];
}

async function verify(folder: string, units: readonly Unit[]): Promise<string> {
  const paths: string[] = [];
  for (const { name, text } of units) {
    const path = join(folder, name);
    await Deno.writeTextFile(path, text);
    paths.push(path);
  }
  const { stderr } = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", ...paths] }).output();
  return new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("o365-connect")).join("\n");
}

if (!ANALYZE) {
  Deno.test({
    name: "systemd-analyze is not on this machine: the units were not shown to systemd",
    ignore: true,
    fn() {},
  });
}

Deno.test("systemd-analyze verify accepts the units, also with spaces, quotes, % and $ in their paths", {
  ignore: !ANALYZE,
}, () =>
  inFolder(async (folder) => {
    const place = await awkwardPlace(folder);
    for (const args of [[], ["--user"], place, [...place, "--user"]]) {
      assert.equal(await verify(folder, await printed(folder, args)), "");
    }
    const [listener] = await printed(folder, place);
    const wrong = listener!.text.replace("ProtectSystem=strict", "ProtectSystem=very").replace(place[3]!, "nowhere");
    assert.notEqual(await verify(folder, [{ name: "o365-connect.service", text: wrong }]), "", "a wrong unit is told");
  }));

Deno.test(
  "systemd rates the exposure of the system's service as small",
  { ignore: !ANALYZE },
  () =>
    inFolder(async (folder) => {
      const [listener] = await printed(folder);
      await Deno.writeTextFile(join(folder, "o365-connect.service"), listener!.text);
      const { stdout, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["security", "--no-pager", "--offline=true", "--threshold=25", join(folder, "o365-connect.service")],
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      const score = Number(/Overall exposure level for o365-connect\.service: ([\d.]+)/.exec(said)?.[1]);
      assert.ok(score < 2.5, said);
    }),
);

Deno.test("a program that systemd would not start is refused in words", () =>
  inFolder(async (folder) => {
    const args = ["service", "print", "systemd", "--program", join(folder, "it's", "o365-connect")];
    const { code, stderr } = await o365(args, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /--program: systemd starts no program with quotes or back-slashes in its path: .*it's/);
  }));

Deno.test("the listener is restarted on failure, but not for what does not mend itself; the backfill has a timer", () =>
  inFolder(async (folder) => {
    const [listener, backfill, timer] = await printed(folder);
    const has = (unit: Unit | undefined, ...lines: string[]) => {
      for (const line of lines) {
        assert.ok(unit!.text.split("\n").includes(line), `${unit!.name}: ${line}\n${unit!.text}`);
      }
    };
    has(listener, "Restart=on-failure", "RestartPreventExitStatus=2 3", "StartLimitIntervalSec=0", "User=ada");
    has(listener, "WantedBy=multi-user.target", `WorkingDirectory=${folder}`, `ReadWritePaths="${folder}"`);
    has(backfill, "Type=oneshot", "TimeoutStartSec=1h", "SuccessExitStatus=75", "User=ada");
    has(timer, "OnCalendar=*:0/15", "Persistent=yes", "WantedBy=timers.target");
    assert.match(listener!.text, /^ExecStart=.* handle-incoming-events$/m);
    assert.match(backfill!.text, /^ExecStart=.* check-for-missing-events$/m);
  }));

Deno.test("a user's unit has no User=, and starts with the session", () =>
  inFolder(async (folder) => {
    const [listener] = await printed(folder, ["--user"]);
    assert.doesNotMatch(listener!.text, /^(User|ProtectSystem)=/m);
    assert.match(listener!.text, /^WantedBy=default\.target$/m);
  }));
