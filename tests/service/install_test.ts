import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder, o365 } from "../cli/spawn.ts";

const ON_LINUX = { ignore: Deno.build.os !== "linux" };
const SETTINGS = {
  O365_PRINCIPAL: "support@example.com",
  O365_TENANT_ID: "example.com",
  O365_CLIENT_ID: "1-2",
  O365_CLIENT_SECRET: "s3cret",
  JIRA_PLATFORM_URL: "https://example.atlassian.net",
  JIRA_PLATFORM_TOKEN: "t0ken",
  JIRA_PROJECT_KEY: "SUP",
};

interface Place {
  readonly folder: string;
  /** Folder of the user's units. */
  readonly units: string;
  service(...args: string[]): ReturnType<typeof o365>;
}

/** An account's home with a service manager of its own, and a working directory with a whole `.env`. */
async function inPlace(body: (place: Place) => Promise<void>, { manager = true, settings = true } = {}): Promise<void> {
  await inFolder(async (folder) => {
    const [bin, home, work] = ["bin", "home", "my app"].map((name) => join(folder, name));
    for (const path of [bin!, home!, work!]) await Deno.mkdir(path);
    if (manager) {
      await Deno.copyFile(new URL("./simulated_systemctl.sh", import.meta.url), join(bin!, "systemctl"));
      await Deno.chmod(join(bin!, "systemctl"), 0o755);
    }
    const text = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}\n`).join("");
    if (settings) await Deno.writeTextFile(join(work!, ".env"), text);
    // Never this machine's own service manager.
    const env = {
      PATH: manager ? `${bin}:/usr/bin:/bin` : bin!,
      HOME: home!,
      XDG_CONFIG_HOME: home!,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "", ".cache/deno"),
    };
    await body({
      folder: work!,
      units: join(home!, "systemd/user"),
      service: (...args) => o365(["service", ...args, "--user"], { cwd: work!, env }),
    });
  });
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const UNITS = ["o365-connect-backfill.service", "o365-connect-backfill.timer", "o365-connect.service"];

Deno.test(
  "service install writes the units that service print shows, starts them, and a second time replaces them",
  ON_LINUX,
  () =>
    inPlace(async ({ units, service }) => {
      const before = await service("status");
      assert.deepEqual([before.code, before.stdout], [
        0,
        "o365-connect.service: not installed\no365-connect-backfill.timer: not installed\n",
      ]);
      const first = await service("install");
      assert.deepEqual([first.code, first.stderr], [0, ""]);
      assert.deepEqual(namesIn(units), UNITS);
      const printed = await service("print", "systemd");
      assert.equal(Deno.readTextFileSync(join(units, "o365-connect.service")), printed.stdout);
      const status = await service("status", "--json");
      assert.deepEqual(JSON.parse(status.stdout), [
        { job: "listener", name: "o365-connect.service", installed: true, detail: "enabled, active" },
        { job: "backfill", name: "o365-connect-backfill.timer", installed: true, detail: "enabled, active" },
      ]);
      const second = await service("install", "--database", "sqlite:////srv/state.db");
      assert.equal(second.code, 0, second.stderr);
      assert.match(
        Deno.readTextFileSync(join(units, "o365-connect.service")),
        /--database sqlite:\/\/\/\/srv\/state\.db handle/,
      );
    }),
);

Deno.test(
  "service uninstall ends and removes both jobs, keeps settings, and says so when nothing is there",
  ON_LINUX,
  () =>
    inPlace(async ({ folder, units, service }) => {
      await service("install");
      const gone = await service("uninstall");
      assert.equal(gone.code, 0, gone.stderr);
      assert.match(gone.stdout, /^Stopped and disabled: o365-connect\.service, o365-connect-backfill\.timer$/m);
      assert.deepEqual(namesIn(units), []);
      assert.deepEqual(namesIn(join(units, "../memory/active")), []);
      assert.deepEqual(namesIn(folder), [".env"]);
      const again = await service("uninstall");
      assert.deepEqual([again.code, again.stdout], [0, "Nothing is installed.\n"]);
    }),
);

Deno.test(
  "what the service manager refuses is said with the command, and leaves nothing behind",
  ON_LINUX,
  () =>
    inPlace(async ({ units, service }) => {
      Deno.mkdirSync(join(units, ".."), { recursive: true });
      Deno.writeTextFileSync(join(units, "../broken"), "");
      const { code, stdout, stderr } = await service("install");
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /systemctl --user restart o365-connect\.service o365-connect-backfill\.timer ended with 1: Job for o365-connect\.service failed/,
      );
      assert.deepEqual(namesIn(units), []);
    }),
);

Deno.test(
  "a machine without the service manager is told as such, and nothing is left behind",
  ON_LINUX,
  () =>
    inPlace(async ({ units, service }) => {
      const { code, stderr } = await service("install");
      assert.equal(code, 1);
      assert.match(stderr, /Cannot run systemctl --user daemon-reload: there is no such program here/);
      assert.deepEqual(namesIn(units), []);
    }, { manager: false }),
);

Deno.test(
  "a service that could not start is not installed: every missing setting is told at once",
  ON_LINUX,
  () =>
    inPlace(async ({ units, service, folder }) => {
      const { code, stderr } = await service("install");
      assert.equal(code, 2);
      assert.match(stderr, /service: a service sees no variable of this shell: .*my app/);
      for (const name of ["O365_PRINCIPAL", "O365_TENANT_ID", "JIRA_PLATFORM_URL"]) {
        assert.match(stderr, new RegExp(`${name}: is missing`));
      }
      assert.deepEqual([namesIn(units), namesIn(folder)], [[], []]);
    }, { settings: false }),
);

Deno.test(
  "a unit of somebody else with the same name is not overwritten",
  ON_LINUX,
  () =>
    inPlace(async ({ units, service }) => {
      Deno.mkdirSync(units, { recursive: true });
      Deno.writeTextFileSync(join(units, "o365-connect.service"), "[Service]\nExecStart=/usr/bin/mine\n");
      const { code, stderr } = await service("install");
      assert.equal(code, 2);
      assert.match(stderr, /o365-connect\.service: is there, and was not made by o365-connect service install/);
      assert.deepEqual(namesIn(units), ["o365-connect.service"]);
    }),
);
