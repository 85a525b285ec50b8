/** Boards by name, out of an API that filters by substring, in pages, and does not always tell the project. */

import type { z } from "zod";
import { nullIfAbsent } from "./absent.ts";
import type { boardProjectsAnswer, boardsAnswer } from "./answers.ts";
import type { Board } from "./client.ts";
import { allPages } from "./paging.ts";

export interface BoardReader {
  boards(namePart: string, startAt: number): Promise<z.infer<typeof boardsAnswer>>;
  projects(boardId: number, startAt: number): Promise<z.infer<typeof boardProjectsAnswer>>;
}

/**
 * The boards whose name is this one in any case, with their projects: Cloud's `location`, else those of the board's
 * filter. None where Jira Software is missing or closed to us (403, 404).
 */
export async function boardsWith(name: string, reader: BoardReader): Promise<Board[]> {
  const wanted = normal(name);
  const read = async (startAt: number) => {
    const page = await reader.boards(name.trim(), startAt);
    return { ...page, items: page.values };
  };
  const found = await nullIfAbsent(allPages(read), [403, 404]) ?? [];
  const exact = [...new Map(found.map((board) => [board.id, board])).values()].filter((one) =>
    normal(one.name) === wanted
  );
  return await Promise.all(exact.map(async ({ id, name, location }) => {
    const key = location?.projectKey ?? "";
    return { id, name, projectKeys: key === "" ? await projectsOf(id, reader) : [key] };
  }));
}

export function namesOf(answer: z.infer<typeof boardsAnswer>): string[] {
  return answer.values.map(({ name }) => name);
}

async function projectsOf(boardId: number, reader: BoardReader): Promise<string[]> {
  const read = async (startAt: number) => {
    const page = await reader.projects(boardId, startAt);
    return { ...page, items: page.values };
  };
  const projects = await nullIfAbsent(allPages(read), [403, 404]) ?? [];
  return [...new Set(projects.map(({ key }) => key))];
}

function normal(name: string): string {
  return name.normalize("NFC").trim().toLowerCase();
}
