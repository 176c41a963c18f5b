/** The transactions that run at a station, with their curves. */
import { lazy, Suspense } from "preact/compat";
import { useMemo, useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { duration, energy, number, power } from "../../format.ts";
import { curvesOf, latest, seriesOf } from "../../parts/curves.ts";
import { Facts } from "../../parts/Facts.tsx";
import { TransactionLink } from "../../parts/links.tsx";
import { useReadings } from "../../parts/readings.ts";
import { Status } from "../../parts/Status.tsx";
import { Async, Empty, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { StopDialog } from "./Actions.tsx";
import { placeName } from "./names.ts";
import type { Station } from "./orders.ts";

const Chart = lazy(() => import("../../parts/Chart.tsx").then((part) => ({ default: part.Chart })));

const MOST = 25;

export function Running({ station }: { station: Station }) {
  const query = queries.useQuery("get", "/transactions", {
    params: { query: { station_id: station.station_id, state: "active", limit: MOST } },
  });
  return (
    <section class="stack">
      <h2>{t("station.running")}</h2>
      <Async query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("station.running_none")}</Empty>
          ) : (
            items.map((one) => (
              <RunningTransaction key={one.transaction_id} station={station} transaction={one} />
            ))
          )
        }
      </Async>
    </section>
  );
}

interface Properties {
  station: Station;
  transaction: Schemas["Transaction"];
}

function RunningTransaction({ station, transaction }: Properties) {
  const mayAct = useMay("operator");
  const [stopping, setStopping] = useState(false);
  const startWh = transaction.meter_start_wh;
  const { data } = useReadings(transaction.transaction_id, true);
  const curves = useMemo(() => curvesOf(data?.values ?? [], startWh), [data, startWh]);
  const series = useMemo(
    () =>
      seriesOf(curves, {
        power_w: t("station.power"),
        energy_wh: t("station.energy"),
        soc_percent: t("station.soc"),
      }),
    [curves],
  );
  const soc = latest(curves.soc_percent);
  const place = { evseId: transaction.evse_id, connectorId: transaction.connector_id };
  return (
    <article class="card" data-transaction={transaction.transaction_id}>
      <div class="card-head">
        <h3 class="station-words">
          <TransactionLink id={transaction.transaction_id} /> · {placeName(station, place)}
        </h3>
        <div class="row">
          <Status value={transaction.charging_state ?? transaction.state} />
          {mayAct && (
            <button type="button" class="button" onClick={() => setStopping(true)}>
              {t("station.stop")}
            </button>
          )}
        </div>
      </div>
      <Facts
        facts={[
          [t("station.power"), power(latest(curves.power_w))],
          [t("station.energy"), energy(transaction.energy_wh ?? latest(curves.energy_wh))],
          [t("station.soc"), soc === null ? null : `${number(soc)} %`],
          [t("station.duration"), duration(transaction.started_at)],
          [t("station.id_token"), transaction.id_token],
          [t("station.started_at"), <Time key="at" at={transaction.started_at} />],
        ]}
      />
      {data && curves.times.length === 0 && <p class="muted">{t("station.no_readings")}</p>}
      {curves.times.length > 1 && (
        <Suspense fallback={<Loading />}>
          <Chart title={t("station.curve")} times={curves.times} series={series} />
        </Suspense>
      )}
      {stopping && (
        <StopDialog station={station} transaction={transaction} close={() => setStopping(false)} />
      )}
    </article>
  );
}
