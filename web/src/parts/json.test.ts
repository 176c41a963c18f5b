import assert from "node:assert/strict";
import test from "node:test";
import { piecesOf, pretty } from "./json.ts";

test("the pieces of a JSON text are the whole of it", () => {
  const values = [{ a: [1, -2.5, 1e30], 'b:"': 'x"<b>\\', c: { d: null, e: true, f: {} } }, "text", 5, []];
  for (const value of values) {
    const text = pretty(value);
    assert.equal(
      piecesOf(text)
        .map(([, piece]) => piece)
        .join(""),
      text,
    );
  }
});

test("pieces are told apart", () => {
  assert.deepEqual(piecesOf('{"a": [1, "b", null]}'), [
    ["mark", "{"],
    ["name", '"a"'],
    ["mark", ":"],
    ["mark", " ["],
    ["number", "1"],
    ["mark", ", "],
    ["text", '"b"'],
    ["mark", ", "],
    ["word", "null"],
    ["mark", "]}"],
  ]);
});
