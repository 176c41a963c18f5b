/** Charging schedules as curves: steps over time, for a chart. */
import type { Schemas } from "../../api/client.ts";

interface Step {
  start_s: number;
  limit?: number | null;
  setpoint?: number | null;
  discharge_limit?: number | null;
}

export interface Curve {
  /** ISO 8601, in order; the last is the end. */
  times: string[];
  limit: (number | null)[];
  setpoint: (number | null)[];
  discharge_limit: (number | null)[];
}

/** How long after its last step a schedule without an end is drawn on. */
const GOES_ON_S = 3_600;

/** The steps of a schedule that begins at a moment; the last one holds until its end. */
export function curveOf(steps: readonly Step[], startAt: Date, durationS: number | null | undefined): Curve {
  const sorted = [...steps].sort((one, other) => one.start_s - other.start_s);
  const last = sorted.at(-1);
  const at = (seconds: number) => new Date(startAt.getTime() + seconds * 1000).toISOString();
  if (!last) return { times: [], limit: [], setpoint: [], discharge_limit: [] };
  const endS = Math.max(durationS ?? last.start_s + GOES_ON_S, last.start_s + 1);
  const drawn = [...sorted, { ...last, start_s: endS }];
  return {
    times: drawn.map((one) => at(one.start_s)),
    limit: drawn.map((one) => one.limit ?? null),
    setpoint: drawn.map((one) => one.setpoint ?? null),
    discharge_limit: drawn.map((one) => one.discharge_limit ?? null),
  };
}

const DAY_MS = 86_400_000;
const EVERY_MS = { Daily: DAY_MS, Weekly: 7 * DAY_MS } as const;

/**
 * When a schedule begins: as it says; if it recurs, the latest time; or (relative) with the transaction, which is drawn
 * from now on.
 */
export function beginOf(
  schedule: Pick<Schemas["Schedule"], "start_at">,
  now: Date,
  recurrency: Schemas["ChargingProfile"]["recurrency"] = null,
): Date {
  if (!schedule.start_at) return now;
  const first = new Date(schedule.start_at);
  if (!recurrency || first > now) return first;
  const everyMs = EVERY_MS[recurrency];
  const times = Math.floor((now.getTime() - first.getTime()) / everyMs);
  return new Date(first.getTime() + times * everyMs);
}

/** How long a schedule is drawn at most: a recurring one begins anew then. */
export function lengthOf(
  { duration_s }: Pick<Schemas["Schedule"], "duration_s">,
  recurrency: Schemas["ChargingProfile"]["recurrency"],
): number | null | undefined {
  if (!recurrency) return duration_s;
  return Math.min(duration_s ?? Number.POSITIVE_INFINITY, EVERY_MS[recurrency] / 1000);
}
