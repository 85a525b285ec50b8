/** Pictures that an issue has already, by what is in them: a signature's logo comes with every reply. Never pruned. */

import { Buffer } from "node:buffer";
import type { State } from "../core/state_port.ts";
import type { Database } from "./database.ts";

/** The methods of the port about pictures. */
export function pictures(db: Database): Pick<State, "pictureOn" | "rememberPictures"> {
  return {
    pictureOn: (issueId, sha256) =>
      db.read(() =>
        db.get<{ attachmentId: string; name: string }>(
          "SELECT attachment_id AS attachmentId, name FROM pictures WHERE issue_id = ? AND sha256 = ?",
          issueId,
          Buffer.from(sha256, "hex"),
        ) ?? null
      ),
    rememberPictures: (issueId, pictures) =>
      db.write(() => {
        for (const { sha256, attachmentId, name } of pictures) {
          db.run(
            `INSERT INTO pictures (issue_id, sha256, attachment_id, name) VALUES (?, ?, ?, ?)
             ON CONFLICT (issue_id, sha256) DO UPDATE SET attachment_id = excluded.attachment_id, name = excluded.name`,
            issueId,
            Buffer.from(sha256, "hex"),
            attachmentId,
            name,
          );
        }
      }),
  };
}
