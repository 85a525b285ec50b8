/** A project with its issue types. */

import type { SimField, SimIssueType, SimProject } from "./types.ts";

export interface NewProject {
  readonly key: string;
  readonly name?: string;
  readonly type?: SimProject["type"];
  readonly issueTypes?: readonly string[];
  readonly fields?: readonly SimField[];
  readonly offScreen?: readonly string[];
  readonly components?: readonly string[];
}

/** `lead`: accountId. */
export function projectFrom(
  project: NewProject,
  { nextId, lead }: { readonly nextId: () => string; readonly lead: string },
): SimProject {
  const type = project.type ?? "software";
  const names = project.issueTypes ??
    (type === "service_desk"
      ? ["Task", "Sub-task", "[System] Service request", "[System] Incident"]
      : ["Task", "Bug", "Story", "Sub-task"]);
  return {
    id: nextId(),
    key: project.key,
    name: project.name ?? project.key,
    type,
    issueTypes: names.map((name): SimIssueType => ({ id: nextId(), name, subtask: /sub-?task/i.test(name) })),
    fields: [...(project.fields ?? [])],
    offScreen: new Set(project.offScreen ?? []),
    components: (project.components ?? []).map((name) => ({ id: nextId(), name })),
    lead,
    lastNumber: 0,
  };
}
