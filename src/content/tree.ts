/** The tree between reading a mail and writing it: blocks of inlines, no formatting language. */

import type { Person } from "./content.ts";

export interface Marks {
  readonly strong?: true;
  readonly em?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly code?: true;
  readonly sub?: true;
  readonly sup?: true;
  /** `#rrggbb`, lower case. */
  readonly color?: string;
  /** http, https or mailto. */
  readonly href?: string;
}

export type Inline =
  | { readonly kind: "text"; readonly text: string; readonly marks: Marks }
  | { readonly kind: "break" }
  | { readonly kind: "picture"; readonly id: string }
  /** In the lines around a mail's text, never in it. */
  | { readonly kind: "person"; readonly person: Person };

export interface Cell {
  readonly header: boolean;
  readonly colspan: number;
  readonly rowspan: number;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "paragraph"; readonly inlines: readonly Inline[] }
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly inlines: readonly Inline[] }
  | {
    readonly kind: "list";
    readonly ordered: boolean;
    readonly start: number;
    readonly items: readonly (readonly Block[])[];
  }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "rule" };
