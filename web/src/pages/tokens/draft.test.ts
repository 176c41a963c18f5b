import assert from "node:assert/strict";
import { test } from "node:test";
import type { components } from "../../api/openapi.d.ts";
import { draftOf, NEW, settingsOf, standingOf } from "./draft.ts";

const TOKEN: components["schemas"]["IdToken"] = {
  id_token: "ANN",
  status: "Blocked",
  expires_at: "2030-01-02T03:04:05.678Z",
  group_id: "fleet",
  concurrent: false,
  type: "ISO14443",
  allowed_stations: [{ station_id: "CP: 1", evse_ids: [1, 2] }],
  allowed_connector_types: ["cCCS2", "cType2"],
  hours: [{ opens: "08:00", closes: "18:30", time_zone: "Europe/Berlin", days: ["mon", "sun"] }],
  limit: { max_cost: null, max_energy_wh: 12_345, max_time_s: 5_400, max_soc_percent: 80 },
  cache_for_s: 90,
  tariff_id: "fast",
  language: "de",
  balance: -1.25,
  warnings: [],
};

test("what is not changed in the form stays as it is", () => {
  const { id_token, warnings, ...settings } = TOKEN;
  assert.deepEqual(settingsOf(draftOf(TOKEN), TOKEN), settings);
});

test("what is left empty is nothing", () => {
  const settings = settingsOf(NEW);
  assert.equal(settings.expires_at, null);
  assert.equal(settings.balance, null);
  assert.equal(settings.limit, null);
  assert.deepEqual(settings.allowed_stations, []);
});

test("units of people become those of the API", () => {
  const settings = settingsOf({
    ...NEW,
    max_energy_kwh: "7.5",
    max_time_min: "45",
    connector_types: "cCCS2 , cType2",
  });
  assert.deepEqual(settings.limit, {
    max_cost: null,
    max_energy_wh: 7500,
    max_time_s: 2700,
    max_soc_percent: null,
  });
  assert.deepEqual(settings.allowed_connector_types, ["cCCS2", "cType2"]);
});

test("stations are told of an accepted token that it has expired, or has no credit left", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const standing = (more: Partial<typeof TOKEN>) =>
    standingOf({ ...TOKEN, status: "Accepted", expires_at: null, balance: null, ...more }, now);
  assert.equal(standing({}), "Accepted");
  assert.equal(standing({ balance: 0.01 }), "Accepted");
  assert.equal(standing({ balance: 0 }), "NoCredit");
  assert.equal(standing({ balance: 0, expires_at: "2030-01-01T00:00:00Z" }), "Expired");
  assert.equal(standing({ balance: 0, status: "Blocked" }), "Blocked");
});
