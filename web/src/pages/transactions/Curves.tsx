/** What was measured, as curves: power, energy and state of charge, then currents and voltages by phase. */
import { lazy, Suspense } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { number } from "../../format.ts";
import type { Series } from "../../parts/Chart.tsx";
import { curvesOf, seriesOf } from "../../parts/curves.ts";
import { Empty, Loading } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import { type Electrical, electricalOf } from "./electrical.ts";

const Chart = lazy(() => import("../../parts/Chart.tsx").then((part) => ({ default: part.Chart })));

const FEWEST = 2;

interface Properties {
  values: readonly Schemas["MeterValue"][];
  /** What the meter said at the start; null: not known. */
  startWh: number | null;
  isActive: boolean;
}

export function Curves({ values, startWh, isActive }: Properties) {
  const charts = useMemo(() => chartsOf(values, startWh), [values, startWh]);
  const drawn = charts.filter((one) => one.times.length >= FEWEST && one.series.length > 0);
  const inferred = values.filter((one) => one.inferred).length;
  if (drawn.length === 0)
    return <Empty>{t(isActive ? "transactions.no_readings_yet" : "transactions.no_readings")}</Empty>;
  return (
    <Suspense fallback={<Loading />}>
      {drawn.map((one) => (
        <Chart key={one.title} title={one.title} times={one.times} series={one.series} />
      ))}
      <p class="muted">
        {t("transactions.readings", { count: values.length, number: number(values.length) })}
        {inferred > 0 && `; ${t("transactions.inferred", { count: inferred, number: number(inferred) })}`}
      </p>
    </Suspense>
  );
}

interface Drawn {
  title: string;
  times: readonly string[];
  series: readonly Series[];
}

function chartsOf(values: readonly Schemas["MeterValue"][], startWh: number | null): Drawn[] {
  const curves = curvesOf(values, startWh);
  const names = {
    power_w: t("transactions.power"),
    energy_wh: t("transactions.energy"),
    soc_percent: t("transactions.soc"),
  };
  return [
    { title: t("transactions.curve"), times: curves.times, series: seriesOf(curves, names) },
    chartOf(t("transactions.current"), "A", electricalOf(values, "Current.Import")),
    chartOf(t("transactions.voltage"), "V", electricalOf(values, "Voltage")),
  ];
}

function chartOf(title: string, unit: string, { times, lines }: Electrical): Drawn {
  const series = lines.map(({ phase, values }) => ({ label: phase ?? title, values, unit }));
  return { title, times, series };
}
