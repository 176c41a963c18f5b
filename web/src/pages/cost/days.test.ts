import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, daysBefore } from "./days.ts";

test("a day is one of the calendar, with a year that is typed to its end", () => {
  assert.equal(dayOf("2026-11-23"), "2026-11-23");
  for (const odd of ["0202-11-23", "2026-13-01", "2026-11-23T10:00", "tomorrow", "", undefined])
    assert.equal(dayOf(odd), undefined);
});

test("days are counted back over the end of a month and the change of the clock", () => {
  assert.equal(daysBefore("2026-11-01", 6), "2026-10-26");
  assert.equal(daysBefore("2026-03-01", 91), "2025-11-30");
});
