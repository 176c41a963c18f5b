import assert from "node:assert/strict";
import test from "node:test";
import type { Schemas } from "../api/client.ts";
import { curvesOf, latest } from "./curves.ts";

type Sample = Schemas["SampledValue"];

const sample = (measurand: string, value: string, more: Partial<Sample> = {}) =>
  ({
    measurand,
    value,
    unit: null,
    phase: null,
    normalized_value: null,
    normalized_unit: null,
    ...more,
  }) as Sample;
const at = (second: number, ...sampled_values: Sample[]) => ({
  timestamp: `2026-05-01T10:00:0${second}Z`,
  inferred: false,
  sampled_values,
});

test("energy counts from the start, in watt-hours whatever the unit", () => {
  const energy = "Energy.Active.Import.Register";
  const values = [
    at(0, sample(energy, "1500", { unit: "Wh" })),
    at(1, sample(energy, "2.5", { unit: "kWh" })),
  ];
  assert.deepEqual(curvesOf(values, 1000).energy_wh, [500, 1500]);
  assert.deepEqual(curvesOf(values, null).energy_wh, [0, 1000]);
});

test("power of the phases is added where there is no total", () => {
  const power = "Power.Active.Import";
  const phases = ["L1", "L2", "L3"].map((phase) => sample(power, "2", { unit: "kW", phase }));
  assert.deepEqual(curvesOf([at(0, ...phases)], null).power_w, [6000]);
  assert.deepEqual(curvesOf([at(0, ...phases, sample(power, "5900", { unit: "W" }))], null).power_w, [5900]);
});

test("readings of something else, and what is no number, leave no mark", () => {
  assert.deepEqual(curvesOf([at(0, sample("Voltage", "230"))], null).times, []);
  assert.equal(
    latest(curvesOf([at(0, sample("SoC", "?")), at(1, sample("SoC", "41"))], null).soc_percent),
    41,
  );
});
