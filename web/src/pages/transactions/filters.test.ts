import assert from "node:assert/strict";
import { test } from "node:test";
import { exportPath, filtersOf } from "./filters.ts";

process.env.TZ = "Europe/Berlin";

test("days are those of the viewer's zone, and the last one counts", () => {
  assert.deepEqual(filtersOf({ from: "2026-11-20", to: "2026-11-20" }), {
    from: "2026-11-19T23:00:00.000Z",
    to: "2026-11-20T23:00:00.000Z",
  });
});

test("a day on which the clock changes has 25 hours", () => {
  const { from = "", to = "" } = filtersOf({ from: "2026-10-25", to: "2026-10-25" });
  assert.equal(Date.parse(to) - Date.parse(from), 25 * 3_600_000);
});

test("what is no filter is left out", () => {
  assert.deepEqual(filtersOf({ state: "odd", from: "yesterday", to: "0202-11-20", page: "2" }), {});
});

test("the export takes the same filters", () => {
  assert.equal(exportPath({}), "/transactions.csv");
  assert.equal(
    exportPath(filtersOf({ station: "A/B", state: "ended" })),
    "/transactions.csv?station_id=A%2FB&state=ended",
  );
});
