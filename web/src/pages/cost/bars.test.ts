import assert from "node:assert/strict";
import { test } from "node:test";
import { OTHERS, parts, stacks } from "./bars.ts";

const costs = (of: Record<string, number>) => Object.entries(of).map(([service, usd]) => ({ service, usd }));

test("few services have a bar each, the dearest first", () => {
  assert.deepEqual(stacks(costs({ a: 1, b: 3, c: 2 })), ["b", "c", "a"]);
});

test("of many the five dearest have one, and the others one together", () => {
  const services = stacks(costs({ a: 7, b: 6, c: 5, d: 4, e: 3, f: 2, g: 1 }));
  assert.deepEqual(services, ["a", "b", "c", "d", "e", OTHERS]);
  assert.deepEqual(parts({ by_service: costs({ a: 1, f: 2, g: 3 }) }, services), [1, 0, 0, 0, 0, 5]);
});
