import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, type Handshake } from "./groups.ts";

const handshake: Handshake = {
  at: "2026-11-23T10:00:00Z",
  station_id: "CP1",
  dialled: null,
  code: "wrong_password",
  reason: "wrong password",
  remote_address: "192.0.2.1",
  offered_subprotocols: ["ocpp1.6"],
  user_agent: null,
};

test("repeats of one station and code are one group, from the first to the last", () => {
  const found = grouped([
    { ...handshake, at: "2026-11-23T10:02:00Z", remote_address: "192.0.2.2" },
    { ...handshake, at: "2026-11-23T10:01:00Z", offered_subprotocols: ["ocpp2.0.1", "ocpp1.6"] },
    handshake,
  ]);
  assert.equal(found.length, 1);
  assert.equal(found[0]?.count, 3);
  assert.equal(found[0]?.firstAt, "2026-11-23T10:00:00Z");
  assert.equal(found[0]?.lastAt, "2026-11-23T10:02:00Z");
  assert.deepEqual(found[0]?.addresses, ["192.0.2.2", "192.0.2.1"]);
  assert.deepEqual(found[0]?.subprotocols, ["ocpp1.6", "ocpp2.0.1"]);
});

test("another station, another code and what can be no identity are groups of their own, the latest first", () => {
  const found = grouped([
    { ...handshake, station_id: null, dialled: "a%0Ab", code: "identity_impossible" },
    { ...handshake, code: "no_credentials" },
    handshake,
    { ...handshake, station_id: "CP2" },
  ]);
  assert.deepEqual(
    found.map((one) => [one.stationId ?? one.dialled, one.code]),
    [
      ["a%0Ab", "identity_impossible"],
      ["CP1", "no_credentials"],
      ["CP1", "wrong_password"],
      ["CP2", "wrong_password"],
    ],
  );
});
