/** The schedule that comes of all limits together: as the station says, and as we reckon. */
import { useMemo, useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { SelectField } from "../../parts/fields.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { Outcome, useAsking } from "./ask.tsx";
import { evseName } from "./names.ts";
import { compositeSchedule, type Station } from "./orders.ts";
import { ScheduleCurve } from "./ScheduleCurve.tsx";
import { curveOf } from "./schedules.ts";

const HOURS = [1, 4, 12, 24] as const;
const HOUR_S = 3_600;

export function Composite({ station }: { station: Station }) {
  const mayAct = useMay("operator");
  const [evse, setEvse] = useState(String(station.evses[0]?.evse_id ?? 1));
  const [hours, setHours] = useState("4");
  const [unit, setUnit] = useState<"A" | "W">("A");
  const asking = useAsking(station.station_id);
  const path = { station_id: station.station_id };
  const [evseId, durationS] = [Number(evse), Number(hours) * HOUR_S];
  const forecast = queries.useQuery("get", "/stations/{station_id}/composite-schedule", {
    params: { path, query: { evse_id: evseId, duration_s: durationS, unit } },
  });
  const told = queries.useQuery("get", "/stations/{station_id}/composite-schedules", { params: { path } });
  const theirs = told.data?.items.find((one) => one.evse_id === evseId);
  const evses = station.evses.length > 0 ? station.evses.map((one) => one.evse_id) : [1];
  return (
    <section class="card">
      <h2>{t("station.composite")}</h2>
      <p class="muted">{t("station.composite_about")}</p>
      <div class="filters">
        <SelectField
          label={t("station.where")}
          value={evse}
          change={setEvse}
          options={evses.map((one) => ({ value: String(one), text: evseName(station, one) }))}
        />
        <SelectField
          label={t("station.duration")}
          value={hours}
          change={setHours}
          options={HOURS.map((one) => ({ value: String(one), text: t("station.hours", { count: one }) }))}
        />
        <SelectField
          label={t("station.unit")}
          value={unit}
          change={(value) => setUnit(value === "W" ? "W" : "A")}
          options={[
            { value: "A", text: t("station.unit_A") },
            { value: "W", text: t("station.unit_W") },
          ]}
        />
        {mayAct && (
          <button
            type="button"
            class="button"
            disabled={asking.busy}
            onClick={() =>
              void asking.ask(compositeSchedule(station, evseId, durationS, unit)).then(() => told.refetch())
            }
          >
            {t("station.ask_composite")}
          </button>
        )}
      </div>
      <Outcome asking={asking} station={station} />
      <div class="columns">
        {theirs && <Told schedule={theirs} />}
        <Async query={forecast}>{(data) => <Forecast forecast={data} />}</Async>
      </div>
    </section>
  );
}

function Told({ schedule }: { schedule: Schemas["CompositeSchedule"] }) {
  const curve = useMemo(
    () => curveOf(schedule.periods, new Date(schedule.start_at ?? schedule.asked_at), schedule.duration_s),
    [schedule],
  );
  return (
    <div class="stack" data-composite={schedule.evse_id}>
      <ScheduleCurve title={t("station.composite_theirs")} curve={curve} unit={schedule.unit ?? "A"} />
      <span class="muted">
        {schedule.status} · <Time at={schedule.asked_at} />
      </span>
    </div>
  );
}

function Forecast({ forecast }: { forecast: Schemas["ChargingForecast"] }) {
  const curve = useMemo(
    () => curveOf(forecast.periods, new Date(forecast.start_at), forecast.duration_s),
    [forecast],
  );
  return <ScheduleCurve title={t("station.composite_ours")} curve={curve} unit={forecast.unit} />;
}
