import assert from "node:assert/strict";
import { test } from "node:test";
import { byUrgency, MAP_STATUSES, statusAfter } from "./mapStatus.ts";

test("a station goes offline however it was, and comes back", () => {
  for (const status of MAP_STATUSES) assert.equal(statusAfter(status, "station.offline"), "offline");
  assert.equal(statusAfter("offline", "station.online"), "available");
  assert.equal(statusAfter("charging", "station.online"), "charging");
});

test("a fault counts before a transaction, and neither while it is offline", () => {
  assert.equal(statusAfter("charging", "fault.raised"), "faulted");
  assert.equal(statusAfter("faulted", "transaction.started"), "faulted");
  assert.equal(statusAfter("offline", "transaction.started"), "offline");
});

test("what says nothing of it changes nothing", () => {
  for (const status of MAP_STATUSES) assert.equal(statusAfter(status, "finding.new"), status);
});

test("what is faulted comes first, then what cannot be reached", () => {
  const stations = [...MAP_STATUSES, ...MAP_STATUSES].map((status, index) => ({
    station_id: `CP-${index}`,
    status,
  }));
  assert.deepEqual(
    stations.sort(byUrgency).map((one) => `${one.status} ${one.station_id}`),
    [
      ...["faulted CP-2", "faulted CP-6", "offline CP-3", "offline CP-7"],
      ...["charging CP-1", "charging CP-5", "available CP-0", "available CP-4"],
    ],
  );
});
