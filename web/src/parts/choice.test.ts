import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenOf, fits, NOTHING_CHOSEN } from "./choice.ts";

const STATION = {
  station_id: "BER-7",
  online: true,
  vendor: "Acme",
  model: "Duo",
  firmware_version: "1.0.0",
  registration: "Accepted",
} as const;

test("a list of ids is taken apart at commas, spaces and lines, each id once", () => {
  const choice = { ...NOTHING_CHOSEN, by: "list", list: " A, B\nA;C  " } as const;
  assert.deepEqual(chosenOf(choice), { stations: ["A", "B", "C"] });
});

test("nothing said is no choice", () => {
  assert.equal(chosenOf(NOTHING_CHOSEN), undefined);
  assert.equal(chosenOf({ ...NOTHING_CHOSEN, by: "list", list: " ,\n" }), undefined);
});

test("only what is said is selected by", () => {
  const choice = { ...NOTHING_CHOSEN, vendor: "Acme", online: "no" };
  assert.deepEqual(chosenOf(choice), { selection: { vendor: "Acme", online: false } });
});

test("a selection fits a station of which all is true", () => {
  assert.ok(fits({ vendor: "Acme", station_id_prefix: "BER-", online: true }, STATION));
  assert.ok(!fits({ vendor: "Acme", firmware_version: "1.0" }, STATION));
  assert.ok(!fits({ online: false }, STATION));
});
