/** The curves that the meter readings of a transaction make. */
import type { Schemas } from "../api/client.ts";
import type { Series } from "./Chart.tsx";

type MeterValue = Schemas["MeterValue"];
type Sample = Schemas["SampledValue"];

const MEASURANDS = {
  power_w: "Power.Active.Import",
  energy_wh: "Energy.Active.Import.Register",
  soc_percent: "SoC",
} as const;
type Quantity = keyof typeof MEASURANDS;

export interface Curves {
  /** Of the readings that hold one of these. */
  times: readonly string[];
  power_w: readonly (number | null)[];
  /** What has flowed since the start. */
  energy_wh: readonly (number | null)[];
  soc_percent: readonly (number | null)[];
}

/** `startWh`: what the meter said at the start; without it, what its first reading says. */
export function curvesOf(values: readonly MeterValue[], startWh?: number | null): Curves {
  const rows = values
    .map((one) => ({
      at: one.timestamp,
      power_w: power(one.sampled_values),
      energy_wh: whole(one.sampled_values, "energy_wh", "kWh"),
      soc_percent: whole(one.sampled_values, "soc_percent", undefined),
    }))
    .filter((row) => row.power_w !== null || row.energy_wh !== null || row.soc_percent !== null);
  const first = startWh ?? rows.find((row) => row.energy_wh !== null)?.energy_wh ?? 0;
  return {
    times: rows.map((row) => row.at),
    power_w: rows.map((row) => row.power_w),
    energy_wh: rows.map((row) => (row.energy_wh === null ? null : row.energy_wh - first)),
    soc_percent: rows.map((row) => row.soc_percent),
  };
}

/** The series of a chart, of those quantities that have a value. */
export function seriesOf(curves: Curves, names: Readonly<Record<Quantity, string>>): Series[] {
  const inKilo = (values: readonly (number | null)[]) =>
    values.map((one) => (one === null ? null : one / 1000));
  const all: Series[] = [
    { label: names.power_w, values: inKilo(curves.power_w), unit: "kW", filled: true },
    { label: names.energy_wh, values: inKilo(curves.energy_wh), unit: "kWh" },
    { label: names.soc_percent, values: curves.soc_percent, unit: "%" },
  ];
  return all.filter((one) => one.values.some((value) => value !== null));
}

/** The latest value there is. */
export const latest = (values: readonly (number | null)[]): number | null =>
  values.findLast((value) => value !== null) ?? null;

/** That of all phases together, or else their sum. */
function power(samples: readonly Sample[]): number | null {
  const total = whole(samples, "power_w", "kW");
  if (total !== null) return total;
  const phases = samples.filter(
    (one) => one.measurand === MEASURANDS.power_w && /^L[123](-N)?$/.test(one.phase ?? ""),
  );
  const values = phases.map((one) => numberOf(one, "kW")).filter((one) => one !== null);
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0);
}

/** The value that is of no one phase. */
function whole(samples: readonly Sample[], quantity: Quantity, kilo: string | undefined): number | null {
  const found = samples.find((one) => one.measurand === MEASURANDS[quantity] && one.phase === null);
  return found ? numberOf(found, kilo) : null;
}

function numberOf(sample: Sample, kilo: string | undefined): number | null {
  const value = Number(sample.normalized_value ?? sample.value);
  if (!Number.isFinite(value)) return null;
  return (sample.normalized_unit ?? sample.unit) === kilo ? value * 1000 : value;
}
