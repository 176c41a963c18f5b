import assert from "node:assert/strict";
import { test } from "node:test";
import { familyOf, payloadOf } from "./bulk.ts";
import { counted } from "./counted.ts";
import { newPassword } from "./password.ts";

test("stations are told apart by the words they know", () => {
  assert.deepEqual(["1.6", "2.0.1", "2.1", null].map(familyOf), ["1.6", "2.x", "2.x", null]);
});

test("a payload is a JSON object and nothing else", () => {
  assert.deepEqual(payloadOf('{"type": "Soft"}'), { type: "Soft" });
  assert.deepEqual(payloadOf(""), {});
  for (const text of ["[]", "null", "1", "{", '"text"']) assert.equal(payloadOf(text), undefined);
});

test("words are counted, the most frequent first", () => {
  assert.deepEqual(counted(["Available", "Charging", "Charging"]), [
    ["Charging", 2],
    ["Available", 1],
  ]);
});

test("passwords are long, different, and no hex key", () => {
  const made = new Set(Array.from({ length: 100 }, newPassword));
  assert.equal(made.size, 100);
  for (const one of made) assert.match(one, /^[a-zA-Z2-9]{24}$/);
});
