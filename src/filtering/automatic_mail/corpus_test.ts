/** Mail that other people wrote; skipped where the folder is not there. */

import assert from "node:assert/strict";
import { scoreAutomaticMail, scoreHumanTexts } from "../../../tools/corpus/automatic_mail.ts";

const CORPORA = new URL("../../../../shared/corpora/", import.meta.url);
const mayRead = Deno.permissions.querySync({ name: "read", path: CORPORA }).state === "granted";
const present = mayRead && await Deno.stat(CORPORA).then(() => true, () => false);
const skipped = present ? "" : " (skipped: ../shared/corpora is not there)";

Deno.test({
  name: `classifyAutomatic() recognises every mail of the corpus of automatic mail${skipped}`,
  ignore: !present,
  async fn() {
    const score = await scoreAutomaticMail(new URL("automatic-mail/", CORPORA));
    assert.equal(score.total, 315);
    assert.deepEqual(score.human, []);
    assert.ok(score.byKind.bounce! > 300);
  },
});

Deno.test({
  name: `classifyAutomatic() takes no text of a person for automatic${skipped}`,
  ignore: !present,
  async fn() {
    const score = await scoreHumanTexts(new URL("reply-trimming/emails/", CORPORA));
    assert.deepEqual([score.total, score.automatic], [64, 0]);
  },
});
