/** The texts that an administrator may replace, by the names of their files. */

import { ACKNOWLEDGEMENT_HTML, type AcknowledgementTemplate, readAcknowledgement } from "./acknowledgement.ts";
import { COMMENT_FRAME_SOURCE, type FrameTemplate, ISSUE_FRAME_SOURCE, readFrame } from "./frame.ts";
import { readStatus, STATUS_HTML, type StatusTemplate } from "./relay_mail.ts";

export interface Templates {
  readonly issue: FrameTemplate;
  readonly comment: FrameTemplate;
  readonly acknowledgement: AcknowledgementTemplate;
  /** The notice that the issue was resolved or opened again. */
  readonly status: StatusTemplate;
}

export const TEMPLATE_FILES = [
  "issue.html",
  "comment.html",
  "acknowledgement.html",
  "acknowledgement.txt",
  "status.html",
] as const;
export type TemplateFile = (typeof TEMPLATE_FILES)[number];

export interface TemplateProblem {
  readonly file: TemplateFile;
  readonly problem: string;
}

/**
 * The templates given, the built-in ones for the others; every problem at once. With both, the acknowledgement is sent as
 * HTML.
 */
export function readTemplates(
  sources: ReadonlyMap<TemplateFile, string>,
): { readonly templates: Templates } | { readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const read = <Template>(file: TemplateFile, builtIn: string, parse: (source: string) => Template): Template => {
    try {
      return parse(sources.get(file) ?? builtIn);
    } catch (error) {
      problems.push({ file, problem: error instanceof Error ? error.message : String(error) });
      return parse(builtIn);
    }
  };
  const issue = read("issue.html", ISSUE_FRAME_SOURCE, readFrame);
  const comment = read("comment.html", COMMENT_FRAME_SOURCE, readFrame);
  const html = read("acknowledgement.html", ACKNOWLEDGEMENT_HTML, (source) => readAcknowledgement(source, "html"));
  const text = sources.has("acknowledgement.txt")
    ? read("acknowledgement.txt", "{{key}}", (source) => readAcknowledgement(source, "text"))
    : null;
  const status = read("status.html", STATUS_HTML, readStatus);
  if (problems.length > 0) return { problems };
  const acknowledgement = text !== null && !sources.has("acknowledgement.html") ? text : html;
  return { templates: { issue, comment, acknowledgement, status } };
}
