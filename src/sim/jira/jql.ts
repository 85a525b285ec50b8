/** The part of JQL that clients of a mail bridge use: parsed here, evaluated in `jql_match.ts`. */

export type JqlValue =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "function"; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: "empty" };

export interface JqlClause {
  readonly kind: "clause";
  /** Lower case, aliases resolved (`issuekey` → `key`). */
  readonly field: string;
  /** As written, for messages. */
  readonly name: string;
  readonly operator: string;
  readonly values: readonly JqlValue[];
}

export type JqlNode =
  | JqlClause
  | { readonly kind: "and" | "or"; readonly nodes: readonly JqlNode[] }
  | { readonly kind: "not"; readonly node: JqlNode };

export interface JqlQuery {
  /** `null`: no restriction. */
  readonly where: JqlNode | null;
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
}

/** The message is Jira's. */
export class JqlError extends Error {
  override readonly name = "JqlError";
}

interface Token {
  readonly kind: "word" | "string" | "operator" | "punctuation";
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(!=|!~|>=|<=|[=<>~])|([(),])|([^\s"'=!<>~(),]+))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length && text.slice(at).trim() !== "") {
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(at).trimStart();
      if (/^["']/.test(rest)) {
        throw new JqlError(
          `Error in the JQL Query: The quoted string '${rest.slice(1)}' has not been completed. (line 1, character ${
            at + 1
          })`,
        );
      }
      throw new JqlError(
        `Error in the JQL Query: The character '${
          rest[0]
        }' is a reserved JQL character. You must enclose it in a string or escape it. (line 1, character ${at + 1})`,
      );
    }
    const [, quoted, operator, punctuation, word] = match;
    at = TOKEN.lastIndex;
    if (quoted !== undefined) found.push({ kind: "string", text: quoted.slice(1, -1).replaceAll(/\\(.)/g, "$1"), at });
    else if (operator !== undefined) found.push({ kind: "operator", text: operator, at });
    else if (punctuation !== undefined) found.push({ kind: "punctuation", text: punctuation, at });
    else found.push({ kind: "word", text: word!, at });
  }
  return found;
}

const ALIASES: Record<string, string> = {
  issuekey: "key",
  issue: "key",
  id: "key",
  type: "issuetype",
  createddate: "created",
  updateddate: "updated",
  resolutiondate: "resolved",
  level: "security",
};

export function canonicalField(name: string): string {
  const lower = name.toLowerCase();
  return ALIASES[lower] ?? lower;
}

/** Throws {@link JqlError}. */
export function parseJql(text: string): JqlQuery {
  return new Parser(tokens(text)).query();
}

class Parser {
  #at = 0;

  constructor(private readonly all: readonly Token[]) {}

  query(): JqlQuery {
    const first = this.#peek();
    const where = first === undefined || this.#isWord("order") ? null : this.#or();
    const orderBy: { field: string; descending: boolean }[] = [];
    if (this.#takeWord("order")) {
      if (!this.#takeWord("by")) throw this.#unexpected("'by'");
      do {
        const field = this.#next("a field name");
        const descending = this.#takeWord("desc");
        if (!descending) this.#takeWord("asc");
        orderBy.push({ field: canonicalField(field.text), descending });
      } while (this.#take(","));
    }
    if (this.#peek() !== undefined) throw this.#unexpected("either 'OR' or 'AND'");
    return { where, orderBy };
  }

  #or(): JqlNode {
    const nodes = [this.#and()];
    while (this.#takeWord("or") || this.#take("||")) nodes.push(this.#and());
    return nodes.length === 1 ? nodes[0]! : { kind: "or", nodes };
  }

  #and(): JqlNode {
    const nodes = [this.#not()];
    while (this.#takeWord("and") || this.#take("&&")) nodes.push(this.#not());
    return nodes.length === 1 ? nodes[0]! : { kind: "and", nodes };
  }

  #not(): JqlNode {
    if (this.#takeWord("not")) return { kind: "not", node: this.#not() };
    if (!this.#take("(")) return this.#clause();
    const node = this.#or();
    if (!this.#take(")")) throw this.#unexpected("')'");
    return node;
  }

  #clause(): JqlClause {
    const field = this.#next("a field name");
    if (field.kind === "operator" || field.kind === "punctuation") throw this.#unexpected("a field name", field);
    const operator = this.#operator(field);
    const values = operator === "in" || operator === "not in" ? this.#list() : [this.#value()];
    return { kind: "clause", field: canonicalField(field.text), name: field.text, operator, values };
  }

  #operator(field: Token): string {
    const token = this.#peek();
    const valid =
      "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";
    if (token?.kind === "operator") {
      this.#at++;
      return token.text;
    }
    if (this.#takeWord("in")) return "in";
    if (this.#takeWord("not")) {
      if (this.#takeWord("in")) return "not in";
      throw this.#unexpected("'IN'");
    }
    if (this.#takeWord("is")) return this.#takeWord("not") ? "is not" : "is";
    const found = token === undefined ? `before the end of the query` : `but got '${token.text}'`;
    throw new JqlError(
      `Error in the JQL Query: Expecting operator ${found}. ${valid} (line 1, character ${(token ?? field).at + 1})`,
    );
  }

  #list(): JqlValue[] {
    const word = this.#peek();
    if (word?.kind === "word" && this.all[this.#at + 1]?.text === "(") return [this.#value()];
    if (!this.#take("(")) throw this.#unexpected("'('");
    const values = [this.#value()];
    while (this.#take(",")) values.push(this.#value());
    if (!this.#take(")")) throw this.#unexpected("')' or ','");
    return values;
  }

  #value(): JqlValue {
    const token = this.#next("either a value, list or function");
    if (token.kind === "operator" || token.kind === "punctuation") {
      throw this.#unexpected("either a value, list or function", token);
    }
    if (token.kind === "word" && this.#take("(")) {
      const args: string[] = [];
      if (!this.#take(")")) {
        do args.push(this.#next("a function argument").text); while (this.#take(","));
        if (!this.#take(")")) throw this.#unexpected("')' or ','");
      }
      return { kind: "function", name: token.text, args };
    }
    if (token.kind === "word" && /^(empty|null)$/i.test(token.text)) return { kind: "empty" };
    return { kind: "text", text: token.text, quoted: token.kind === "string" };
  }

  #peek(): Token | undefined {
    return this.all[this.#at];
  }

  #next(expected: string): Token {
    const token = this.all[this.#at++];
    if (token === undefined) throw this.#unexpected(expected);
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token?.kind === "word" && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at++;
    return true;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token === undefined || token.kind === "string" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #unexpected(expected: string, token = this.#peek()): JqlError {
    if (token === undefined) {
      return new JqlError(`Error in the JQL Query: Expecting ${expected} before the end of the query.`);
    }
    return new JqlError(
      `Error in the JQL Query: Expecting ${expected} but got '${token.text}'. (line 1, character ${token.at + 1})`,
    );
  }
}
