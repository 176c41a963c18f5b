/** A charging schedule, drawn as the steps it makes. */
import { lazy, Suspense } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { Series } from "../../parts/Chart.tsx";
import { Loading } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import type { Curve } from "./schedules.ts";

const Chart = lazy(() => import("../../parts/Chart.tsx").then((part) => ({ default: part.Chart })));

const HEIGHT = 170;
const QUANTITIES = ["limit", "setpoint", "discharge_limit"] as const;

export function ScheduleCurve({ title, curve, unit }: { title: string; curve: Curve; unit: "A" | "W" }) {
  const inKilo = unit === "W";
  const series = useMemo(
    () =>
      QUANTITIES.filter((name) => curve[name].some((one) => one !== null)).map(
        (name): Series => ({
          label: t(`station.${name}`),
          values: curve[name].map((one) => (one !== null && inKilo ? one / 1000 : one)),
          unit: inKilo ? "kW" : "A",
          stepped: true,
          filled: true,
        }),
      ),
    [curve, inKilo],
  );
  if (series.length === 0) return <p class="muted">{t("station.no_limit")}</p>;
  return (
    <Suspense fallback={<Loading />}>
      <Chart title={title} times={curve.times} series={series} height={HEIGHT} marksNow />
    </Suspense>
  );
}
