/** What the writer of mail HTML is told about a Jira text, and the looks of a mail. */

/** A picture or file that a text shows, as it names it: ADF by media id, wiki markup by file name. */
export interface MediaRef {
  /** Media id (ADF) or file name (wiki). */
  readonly ref: string;
  /** ADF: often the file name; else empty. */
  readonly alt: string;
}

/** What is shown in its place. */
export type MediaTarget =
  /** An inline attachment of the mail. */
  | { readonly kind: "picture"; readonly contentId: string; readonly alt: string }
  /** An attachment of the mail, or one that is named only. */
  | { readonly kind: "file"; readonly name: string; readonly note: string };

export interface HtmlContext {
  /** By {@link MediaRef.ref}. */
  readonly media: ReadonlyMap<string, MediaTarget>;
  /** Names of mentioned accounts, by account id or login. */
  readonly names: ReadonlyMap<string, string>;
}

/** Styles stand in the tags: mail programs drop style sheets. */
export const STYLE = {
  paragraph: "margin:0 0 10px",
  heading: "margin:16px 0 8px;line-height:1.25",
  list: "margin:0 0 10px;padding-left:28px",
  quote: "margin:0 0 10px;padding:2px 0 2px 12px;border-left:3px solid #dcdfe4;color:#44546f",
  code:
    "margin:0 0 10px;padding:10px 12px;background-color:#f1f2f4;border-radius:4px;font-family:Consolas,'Courier New',monospace;" +
    "font-size:13px;white-space:pre-wrap;word-break:break-word",
  mono:
    "padding:1px 4px;background-color:#f1f2f4;border-radius:3px;font-family:Consolas,'Courier New',monospace;font-size:90%",
  table: "margin:0 0 10px;border-collapse:collapse",
  cell: "padding:6px 10px;border:1px solid #c1c7d0;vertical-align:top;text-align:left",
  header: "padding:6px 10px;border:1px solid #c1c7d0;vertical-align:top;text-align:left;background-color:#f1f2f4",
  rule: "margin:16px 0;border:0;border-top:1px solid #dcdfe4",
  panel: "margin:0 0 10px;padding:10px 12px;border-radius:4px;background-color:#e9f2ff",
  mention: "color:#0c66e4",
  lozenge: "padding:1px 5px;background-color:#dfe1e6;border-radius:3px;font-size:85%;font-weight:600",
  file: "color:#44546f",
  picture: "max-width:100%;height:auto;border:0",
} as const;

export function element(tag: string, style: string, html: string, attributes = ""): string {
  return `<${tag}${attributes} style="${style}">${html}</${tag}>`;
}
