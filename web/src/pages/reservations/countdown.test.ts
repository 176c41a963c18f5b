import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, lookAgainMs } from "./countdown.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const after = (seconds: number) => countdown(new Date(NOW + seconds * 1000).toISOString(), NOW);

test("minutes and seconds, hours and days only where there are some", () => {
  assert.equal(after(65), "01:05");
  assert.equal(after(3_665), "1:01:05");
  assert.equal(after(86_400 + 61), "1 d 00:01:01");
});

test("a moment that has come has nothing left", () => {
  assert.equal(after(0), undefined);
  assert.equal(after(-5), undefined);
});

test("one looks again when the first expires, and now and then if it should be over by the clock here", () => {
  const until = (...seconds: number[]) => seconds.map((one) => new Date(NOW + one * 1000).toISOString());
  assert.equal(lookAgainMs([], NOW), false);
  assert.equal(lookAgainMs(until(90, 30), NOW), 30_500);
  assert.equal(lookAgainMs(until(-30), NOW), 5_000);
  assert.equal(lookAgainMs(until(3e9), NOW), 600_000);
});
