/**
 * The rules of Microsoft's schema for tasks, as far as ours use them
 * (https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema): which elements stand where, which of them
 * in a fixed order, and what may stand in them.
 */

import { parseDocument } from "htmlparser2";

const BOOLEAN = /^(true|false)$/;
const DURATION = /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;
const TEXT = /^[^]*$/;
const NOT_EMPTY = /^[^]+$/;
/** `pathType` */
const PATH = /^[^]{1,260}$/;

interface Rule {
  /** Children by name; in this order if `ordered`. */
  readonly children?: Readonly<Record<string, Rule>>;
  /** `xs:sequence`; otherwise `xs:all`: any order, each once. */
  readonly ordered?: true;
  readonly required?: readonly string[];
  readonly attributes?: readonly string[];
  readonly text?: RegExp;
}

const leaf = (text: RegExp): Rule => ({ text });

/** `triggerBaseType` is a sequence; what a kind of trigger adds stands behind it. */
const trigger = (more: Readonly<Record<string, Rule>>): Rule => ({
  ordered: true,
  attributes: ["id"],
  children: {
    Enabled: leaf(BOOLEAN),
    StartBoundary: leaf(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/),
    EndBoundary: leaf(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/),
    Repetition: {
      required: ["Interval"],
      children: { Interval: leaf(DURATION), Duration: leaf(DURATION), StopAtDurationEnd: leaf(BOOLEAN) },
    },
    ExecutionTimeLimit: leaf(DURATION),
    ...more,
  },
});

const SETTINGS: Readonly<Record<string, Rule>> = {
  AllowStartOnDemand: leaf(BOOLEAN),
  RestartOnFailure: {
    required: ["Interval", "Count"],
    // `unsignedByte`, at least 1
    children: { Interval: leaf(DURATION), Count: leaf(/^([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/) },
  },
  MultipleInstancesPolicy: leaf(/^(Parallel|Queue|IgnoreNew|StopExisting)$/),
  DisallowStartIfOnBatteries: leaf(BOOLEAN),
  StopIfGoingOnBatteries: leaf(BOOLEAN),
  AllowHardTerminate: leaf(BOOLEAN),
  StartWhenAvailable: leaf(BOOLEAN),
  RunOnlyIfNetworkAvailable: leaf(BOOLEAN),
  WakeToRun: leaf(BOOLEAN),
  Enabled: leaf(BOOLEAN),
  Hidden: leaf(BOOLEAN),
  ExecutionTimeLimit: leaf(DURATION),
  Priority: leaf(/^(\d|10)$/),
  RunOnlyIfIdle: leaf(BOOLEAN),
};

const TASK: Rule = {
  required: ["Actions"],
  attributes: ["version", "xmlns"],
  children: {
    RegistrationInfo: {
      children: Object.fromEntries(
        ["URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"]
          .map((name) => [name, leaf(TEXT)]),
      ),
    },
    Triggers: {
      children: {
        BootTrigger: trigger({ Delay: leaf(DURATION) }),
        TimeTrigger: trigger({ RandomDelay: leaf(DURATION) }),
      },
    },
    Principals: {
      required: ["Principal"],
      children: {
        Principal: {
          attributes: ["id"],
          children: {
            UserId: leaf(NOT_EMPTY),
            LogonType: leaf(/^(S4U|Password|InteractiveToken|InteractiveTokenOrPassword)$/),
            GroupId: leaf(NOT_EMPTY),
            DisplayName: leaf(TEXT),
            RunLevel: leaf(/^(LeastPrivilege|HighestAvailable)$/),
          },
        },
      },
    },
    Settings: { children: SETTINGS },
    Actions: {
      required: ["Exec"],
      attributes: ["Context"],
      children: {
        Exec: {
          attributes: ["id"],
          required: ["Command"],
          children: { Command: leaf(PATH), Arguments: leaf(TEXT), WorkingDirectory: leaf(PATH) },
        },
      },
    },
  },
};

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  readonly text: string;
}

/** What of the document the schema does not allow, in words. */
export function schemaProblems(xml: string): string[] {
  const task = treeOf(xml);
  const problems: string[] = [];
  if (task.name !== "Task") problems.push(`the root is ${task.name}`);
  if (task.attributes.xmlns !== "http://schemas.microsoft.com/windows/2004/02/mit/task") {
    problems.push("wrong namespace");
  }
  check(task, TASK, problems);
  // `PrincipalKey` and `ContextKeyRef`
  const context = child(task, "Actions")?.attributes.Context;
  const id = child(child(task, "Principals")!, "Principal")?.attributes.id;
  if (context !== id) problems.push(`Context ${context} names no principal`);
  return problems;
}

function check(node: Node, rule: Rule, problems: string[]): void {
  for (const name of Object.keys(node.attributes)) {
    if (!rule.attributes?.includes(name)) problems.push(`${node.name} has the unknown attribute ${name}`);
  }
  if (rule.text !== undefined) {
    if (node.children.length > 0) problems.push(`${node.name} has elements in it`);
    if (!rule.text.test(node.text)) problems.push(`${node.name}: "${node.text}" is not allowed`);
    return;
  }
  if (node.text.trim() !== "") problems.push(`${node.name} has text in it`);
  const allowed = Object.keys(rule.children ?? {});
  const names = node.children.map(({ name }) => name);
  for (const [at, { name }] of node.children.entries()) {
    if (names.indexOf(name) !== at) problems.push(`${name} stands twice in ${node.name}`);
    const next = names[at + 1];
    if (rule.ordered && next !== undefined && allowed.indexOf(next) < allowed.indexOf(name)) {
      problems.push(`${next} must stand before ${name} in ${node.name}`);
    }
    const known = rule.children?.[name];
    if (known === undefined) problems.push(`${name} is not known in ${node.name}`);
    else check(node.children[at]!, known, problems);
  }
  for (const name of rule.required ?? []) if (!names.includes(name)) problems.push(`${node.name} lacks ${name}`);
}

/** Text of an element below the root, `null` if it is not there. */
export function textAt(xml: string, path: string): string | null {
  let node: Node | undefined = treeOf(xml);
  for (const name of path.split("/")) node = node === undefined ? undefined : child(node, name);
  return node?.text ?? null;
}

function child(node: Node, name: string): Node | undefined {
  return node.children.find((one) => one.name === name);
}

/** The root element of an XML document. */
export function treeOf(xml: string): Node {
  const document = parseDocument(xml, { xmlMode: true });
  const root = document.children.find((node) => node.type === "tag");
  if (root === undefined) throw new Error("no element");
  return toNode(root as Parsed);
}

interface Parsed {
  readonly type: string;
  readonly name: string;
  readonly attribs: Readonly<Record<string, string>>;
  readonly children: readonly Parsed[];
  readonly data?: string;
}

function toNode({ name, attribs, children }: Parsed): Node {
  return {
    name,
    attributes: attribs,
    children: children.filter(({ type }) => type === "tag").map(toNode),
    text: children.filter(({ type }) => type === "text").map(({ data }) => data ?? "").join(""),
  };
}
