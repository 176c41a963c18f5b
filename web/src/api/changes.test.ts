import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, hasChanged, isFor, Latest, type LiveEvent, watchedBy } from "./changes.ts";

const event = (type: string, station_id: string | null = "CP1"): LiveEvent => ({
  version: 1,
  type,
  station_id,
  at: "2026-11-23T08:00:00Z",
  data: {},
});
const of = (station_id: string) => ({ params: { path: { station_id } } });

test("an event makes stale what was read of its station, and lists that may hold it", () => {
  const changes = changesOf(event("status.changed"));
  assert.ok(hasChanged(["get", "/stations/{station_id}", of("CP1")], changes));
  assert.ok(hasChanged(["get", "/stations/{station_id}/events", of("CP1")], changes));
  assert.ok(hasChanged(["get", "/stations", { params: { query: { limit: 25 } } }], changes));
  assert.ok(hasChanged(["get", "/overview"], changes));
});

test("what was read of another station stays good, and so does what has nothing to do with it", () => {
  const changes = changesOf(event("status.changed"));
  assert.ok(!hasChanged(["get", "/stations/{station_id}", of("CP2")], changes));
  assert.ok(!hasChanged(["get", "/id-tokens"], changes));
  assert.ok(!hasChanged(["something else"], changes));
});

test("an event of a kind that nobody has heard of may show on the page of its station", () => {
  const changes = changesOf(event("moon.full"));
  assert.ok(hasChanged(["get", "/stations/{station_id}/events", of("CP1")], changes));
  assert.ok(!hasChanged(["get", "/stations"], changes));
});

test("an event of no one station touches the lists only", () => {
  const changes = changesOf(event("firmware_campaign.halted", null));
  assert.ok(hasChanged(["get", "/firmware-campaigns"], changes));
  assert.ok(!hasChanged(["get", "/stations/{station_id}", of("CP1")], changes));
});

test("no path is named twice", () => {
  const paths = changesOf(event("firmware_campaign.started")).map((change) => change.path);
  assert.equal(new Set(paths).size, paths.length);
});

test("what several parts of a page show is watched together", () => {
  assert.deepEqual(watchedBy([{ stationIds: ["B", "A"] }, { stationIds: ["A", "C"] }]), ["A", "B", "C"]);
  assert.deepEqual(watchedBy([{ stationIds: ["A"] }, { stationIds: null }]), null);
  assert.deepEqual(watchedBy([]), []);
});

test("more stations than the feed takes are all stations", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, number) => `CP${number}`);
  assert.equal(watchedBy([{ stationIds: ids(200) }])?.length, 200);
  assert.equal(watchedBy([{ stationIds: ids(201) }]), null);
  const long = ids(150).map((id) => id.padEnd(255, "ö"));
  assert.equal(watchedBy([{ stationIds: long }]), null, "they fit into no message");
  assert.equal(watchedBy([{ stationIds: long.slice(0, 50) }])?.length, 50);
});

test("a part hears of its stations, and who shows all hears everything", () => {
  assert.ok(isFor({ stationIds: ["CP1"] }, event("status.changed")));
  assert.ok(!isFor({ stationIds: ["CP2"] }, event("status.changed")));
  assert.ok(!isFor({ stationIds: ["CP2"] }, event("firmware_campaign.halted", null)));
  assert.ok(isFor({ stationIds: null }, event("firmware_campaign.halted", null)));
});

test("a message that comes twice is known again, as long as it is one of the latest", () => {
  const latest = new Latest(2);
  assert.ok(!latest.has("a"));
  assert.ok(latest.has("a"));
  assert.ok(!latest.has("b"));
  assert.ok(!latest.has("c"));
  assert.ok(!latest.has("a"));
});
