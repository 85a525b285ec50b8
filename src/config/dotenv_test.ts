import fc from "fast-check";
import assert from "node:assert/strict";
import { dotenvValue, parseDotenv } from "./dotenv.ts";

/** Each expectation is what python-dotenv 1.2 gives. */
function read(text: string, environment: Record<string, string> = {}) {
  return Object.fromEntries(parseDotenv(text, environment).values);
}

Deno.test("parseDotenv() begins a comment only after white space", () => {
  assert.deepEqual(read("A=x#y\nB=x #y\nC=#reply\nD= # only a comment\nE='a # b' # c\n# F=1\n  # G=1"), {
    A: "x#y",
    B: "x",
    C: "#reply",
    D: "",
    E: "a # b",
  });
});

Deno.test("parseDotenv() takes export and white space around names and values", () => {
  assert.deepEqual(read("export A=1\n  B = 2  \n\texport\tC=x y \n'D'=4"), { A: "1", B: "2", C: "x y", D: "4" });
});

Deno.test("parseDotenv() expands escapes in double quotes, and only quotes and back-slashes in single ones", () => {
  assert.deepEqual(
    read(String.raw`A="a\n\"b\"\\\t\d"` + "\n" + String.raw`B='a\n\'b\'\\'` + "\n" + String.raw`C=a\n`),
    {
      A: 'a\n"b"\\\t\\d',
      B: "a\\n'b'\\",
      C: "a\\n",
    },
  );
});

Deno.test("parseDotenv() takes quoted values over several lines", () => {
  assert.deepEqual(read('KEY="-----BEGIN\nabc\n-----END"\nB=1'), { KEY: "-----BEGIN\nabc\n-----END", B: "1" });
});

Deno.test("parseDotenv() puts in variables, the environment's before the file's own", () => {
  const text = "A=1\nB=${A}-${NONE}-${NONE:-x}-$A\nC='${ENV}'\nENV=file\nD=${ENV}";
  assert.deepEqual(read(text, { ENV: "process" }), { A: "1", B: "1--x-$A", C: "process", ENV: "file", D: "process" });
});

Deno.test("parseDotenv() takes BOM, CRLF and CR", () => {
  assert.deepEqual(read("\uFEFFA=1\r\nB=2\rC=3"), { A: "1", B: "2", C: "3" });
});

Deno.test("parseDotenv() takes the last of several, and no value for a name alone", () => {
  assert.deepEqual(read("A=1\nA=2\nB\nC=\nD=1\nD"), { A: "2", C: "" });
});

Deno.test("parseDotenv() skips what is no assignment and tells the line", () => {
  const { values, unreadableLines } = parseDotenv('A=1\n\n="x"\nD="x"y\nC=3\nB="open\n');
  assert.deepEqual(Object.fromEntries(values), { A: "1", C: "3" });
  assert.deepEqual(unreadableLines, [3, 4, 6]);
});

Deno.test("dotenvValue() writes what parseDotenv() reads as the same, whatever it holds and whatever follows it", () => {
  const awkward = [
    "",
    "a",
    "a#b",
    "a #b",
    " a ",
    "'a'",
    '"a"',
    "a\\",
    " a\\",
    " a\\\\",
    "it's #1\\'",
    "${HOME}",
    "$a ${ {}",
    "#a",
  ];
  const read = (value: string) =>
    parseDotenv(`A=${dotenvValue(value)}\n# it's "quoted"\nB='b'\n`, { HOME: "/root" }).values;
  for (const value of awkward) assert.deepEqual(Object.fromEntries(read(value)), { A: value, B: "b" });
  const text = fc.string({ unit: fc.constantFrom(..."ab '\"#\\${}:-=") });
  fc.assert(fc.property(text, (value) => assert.equal(read(value).get("A"), value)), { numRuns: 2000 });
  assert.throws(() => dotenvValue("a\nb"), TypeError);
});
