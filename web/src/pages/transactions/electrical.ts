/** Currents and voltages among the readings of a transaction, phase by phase. */
import type { components } from "../../api/openapi.d.ts";

type MeterValue = components["schemas"]["MeterValue"];

export interface Line {
  /** `L1`, `L1-N`, or null: over all phases. */
  phase: string | null;
  /** One for each time; null: none was taken. */
  values: readonly (number | null)[];
}

export interface Electrical {
  times: readonly string[];
  lines: readonly Line[];
}

/** Of a measurand (`Current.Import`, `Voltage`), the readings that have it. */
export function electricalOf(values: readonly MeterValue[], measurand: string): Electrical {
  const rows = values
    .map(({ timestamp, sampled_values }) => ({
      timestamp,
      samples: sampled_values.filter(
        (one) =>
          one.measurand === measurand &&
          one.format === "Raw" &&
          Number.isFinite(Number(one.normalized_value ?? one.value)),
      ),
    }))
    .filter(({ samples }) => samples.length > 0);
  const phases = [...new Set(rows.flatMap(({ samples }) => samples.map((one) => one.phase)))].sort();
  const at = (samples: MeterValue["sampled_values"], phase: string | null) => {
    const found = samples.find((one) => one.phase === phase);
    return found ? Number(found.normalized_value ?? found.value) : null;
  };
  return {
    times: rows.map((row) => row.timestamp),
    lines: phases.map((phase) => ({ phase, values: rows.map(({ samples }) => at(samples, phase)) })),
  };
}
