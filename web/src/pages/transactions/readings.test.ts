import assert from "node:assert/strict";
import { test } from "node:test";
import type { components } from "../../api/openapi.d.ts";
import { electricalOf } from "./electrical.ts";
import { signedOf } from "./signed.ts";

type Sample = components["schemas"]["SampledValue"];

function sample(measurand: string, value: string, more: Partial<Sample> = {}): Sample {
  return {
    value,
    measurand,
    unit: null,
    context: "Sample.Periodic",
    location: "Outlet",
    phase: null,
    format: "Raw",
    multiplier: null,
    normalized_value: null,
    normalized_unit: null,
    signed: null,
    ...more,
  };
}

const reading = (minute: number, ...sampled_values: Sample[]) => ({
  timestamp: `2026-11-20T08:0${minute}:00Z`,
  inferred: false,
  sampled_values,
});

test("a line for each phase, with gaps where a reading has none", () => {
  const found = electricalOf(
    [
      reading(0, sample("Current.Import", "16", { phase: "L1" }), sample("Voltage", "230")),
      reading(1, sample("Voltage", "231")),
      reading(2, sample("Current.Import", "15.5", { phase: "L2" }), sample("Current.Import", "odd")),
    ],
    "Current.Import",
  );
  assert.deepEqual(found.times, ["2026-11-20T08:00:00Z", "2026-11-20T08:02:00Z"]);
  assert.deepEqual(found.lines, [
    { phase: "L1", values: [16, null] },
    { phase: "L2", values: [null, 15.5] },
  ]);
});

test("signed values are those beside a value and those in its place", () => {
  const signed = {
    signed_data: "b2NtZg==",
    signing_method: "ECDSA",
    encoding_method: "OCMF",
    public_key: null,
  };
  const found = signedOf([
    reading(0, sample("Energy.Active.Import.Register", "1000", { signed }), sample("Voltage", "230")),
    reading(1, sample("Energy.Active.Import.Register", "OCMF|{}|{}", { format: "SignedData" })),
  ]);
  assert.deepEqual(
    found.map((one) => [one.signed_data, one.encoding_method]),
    [
      ["b2NtZg==", "OCMF"],
      ["OCMF|{}|{}", null],
    ],
  );
});
