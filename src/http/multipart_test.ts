import assert from "node:assert/strict";
import { type FilePart, multipartBody, partName } from "./multipart.ts";

function part(name: string, bytes: Uint8Array<ArrayBuffer>, size = bytes.length, contentType = "text/plain"): FilePart {
  return { name, contentType, size, open: () => new Blob([bytes]).stream() };
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("multipartBody() sends every file byte for byte and promises the exact length", async () => {
  const binary = Uint8Array.from({ length: 200_000 }, (_, i) => i % 256);
  const { stream, contentLength, contentType } = multipartBody([
    part("ä 猫.txt", bytes("one")),
    part("b.bin", binary, binary.length, "application/octet-stream"),
    part("empty", bytes("")),
  ]);
  const whole = await new Response(stream).arrayBuffer();
  assert.equal(whole.byteLength, contentLength);
  const form = await new Response(whole, { headers: { "content-type": contentType } }).formData();
  const files = form.getAll("file") as File[];
  assert.deepEqual(files.map((file) => file.name), ["ä 猫.txt", "b.bin", "empty"]);
  assert.deepEqual(new Uint8Array(await files[1]!.arrayBuffer()), binary);
});

Deno.test("multipartBody() lets no name or type break out of its header", async () => {
  const evil = part('a"; filename="b\r\nX-Evil: 1\r\n\r\n', bytes("x"), 1, "text/html\r\nX-Evil: 2");
  const text = await new Response(multipartBody([evil]).stream).text();
  assert.ok(!/^X-Evil/m.test(text));
  assert.match(text, /filename="a'; filename='b X-Evil: 1 "\r\nContent-Type: application\/octet-stream\r\n/);
  assert.equal(partName("C:\\temp\\a.txt"), "C:_temp_a.txt");
});

Deno.test("multipartBody() fails when a file is not as long as it promised", async () => {
  await assert.rejects(new Response(multipartBody([part("a", bytes("abc"), 4)]).stream).text(), /fewer were read/);
  await assert.rejects(new Response(multipartBody([part("a", bytes("abc"), 2)]).stream).text(), /more were read/);
});

Deno.test("multipartBody() opens a file only when its turn comes", async () => {
  let opened = 0;
  const file = { ...part("a", bytes("x")), open: () => (opened++, new Blob(["x"]).stream()) };
  const reader = multipartBody([file, file]).stream.getReader();
  await reader.read();
  assert.equal(opened, 0);
  await reader.read();
  assert.equal(opened, 1);
  await reader.cancel();
});
