/** The last 24 hours as curves. */
import { useMemo } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { number } from "../../format.ts";
import { Chart, type Series } from "../../parts/Chart.tsx";
import { Empty } from "../../parts/states.tsx";
import { t, word } from "../../texts/index.ts";

type Sample = Schemas["Sample"];

const STATES = ["online", "charging", "offline", "faulted"] as const;
const kilo = (value: number) => number(value, 2);

export function Day({ samples }: { samples: readonly Sample[] }) {
  const times = useMemo(() => samples.map((sample) => sample.at), [samples]);
  const states = useMemo(() => byState(samples), [samples]);
  const flow = useMemo(() => powerAndEnergy(samples), [samples]);
  return (
    <section class="card" aria-labelledby="overview-day">
      <h2 id="overview-day">{t("overview.day")}</h2>
      {samples.length === 0 ? (
        <Empty>{t("overview.day_empty")}</Empty>
      ) : (
        <div class="overview-charts">
          <Chart title={t("overview.stations_by_state")} times={times} series={states} height={200} />
          <Chart title={t("overview.power_and_energy")} times={times} series={flow} height={200} />
        </div>
      )}
      {samples.some((sample) => sample.estimated) && <p class="muted">{t("overview.estimated")}</p>}
    </section>
  );
}

function byState(samples: readonly Sample[]): Series[] {
  return STATES.map((state) => ({
    label: word("status", state),
    values: samples.map((sample) => sample[state]),
    unit: "",
    stepped: true,
  }));
}

function powerAndEnergy(samples: readonly Sample[]): Series[] {
  let sum = 0;
  const energies = samples.map((sample) => {
    sum += sample.energy_wh;
    return sum / 1000;
  });
  const powers = samples.map((sample) => sample.power_w / 1000);
  return [
    { label: t("overview.power"), values: powers, unit: "kW", filled: true, write: kilo },
    { label: t("overview.energy_summed"), values: energies, unit: "kWh", write: kilo },
  ];
}
