import assert from "node:assert/strict";
import test from "node:test";
import { beginOf, curveOf, lengthOf } from "./schedules.ts";

const START = new Date("2026-05-01T10:00:00Z");

test("the last step holds until the end", () => {
  const steps = [
    { start_s: 600, limit: 8 },
    { start_s: 0, limit: 16 },
  ];
  const curve = curveOf(steps, START, 1800);
  assert.deepEqual(curve.times, [
    "2026-05-01T10:00:00.000Z",
    "2026-05-01T10:10:00.000Z",
    "2026-05-01T10:30:00.000Z",
  ]);
  assert.deepEqual(curve.limit, [16, 8, 8]);
});

test("without an end it goes on for an hour", () => {
  assert.equal(curveOf([{ start_s: 0, limit: 1 }], START, null).times.at(-1), "2026-05-01T11:00:00.000Z");
});

test("times are in order even where the end is before the last step", () => {
  const times = curveOf([{ start_s: 0 }, { start_s: 600 }], START, 300).times;
  assert.deepEqual([...times].sort(), times);
});

test("nothing is no curve", () => {
  assert.deepEqual(curveOf([], START, 60).times, []);
});

test("a schedule that recurs is drawn from the time that it began last, until it begins anew", () => {
  const [daily, now] = [{ start_at: "2026-01-01T06:00:00Z", duration_s: null }, START];
  assert.equal(beginOf(daily, now, "Daily").toISOString(), "2026-05-01T06:00:00.000Z");
  assert.equal(beginOf(daily, now, "Weekly").toISOString(), "2026-04-30T06:00:00.000Z");
  assert.equal(beginOf(daily, now).toISOString(), "2026-01-01T06:00:00.000Z");
  assert.equal(beginOf({ start_at: null }, now, "Daily"), now);
  assert.deepEqual([lengthOf(daily, "Daily"), lengthOf(daily, null)], [86_400, null]);
  assert.equal(lengthOf({ duration_s: 60 }, "Weekly"), 60);
});
