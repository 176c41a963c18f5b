/** What a station does now, what it is, and what it may be asked. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { Facts } from "../../parts/Facts.tsx";
import { Ago, Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { AvailabilityDialog, ResetDialog, StartDialog, TriggerDialog } from "./Actions.tsx";
import { Evses, Wished } from "./Evses.tsx";
import { WHOLE } from "./orders.ts";
import { Running } from "./Running.tsx";

type Station = Schemas["Station"];
type Asked = "start" | "reset" | "trigger" | "availability";
const ASKABLE: readonly Asked[] = ["start", "trigger", "availability", "reset"];

export default function Overview({ station }: { station: Station }) {
  return (
    <>
      <StationActions station={station} />
      <section class="stack">
        <h2>{t("station.evses")}</h2>
        <Wished wish={station.wished_availability} />
        <Evses station={station} />
      </section>
      <Running station={station} />
      <section class="card">
        <h2>{t("station.facts")}</h2>
        <StationFacts station={station} />
      </section>
    </>
  );
}

function StationActions({ station }: { station: Station }) {
  const mayAct = useMay("operator");
  const [asked, setAsked] = useState<Asked>();
  if (!mayAct) return null;
  const dialog = { station, close: () => setAsked(undefined) };
  return (
    <div class="row">
      {ASKABLE.map((one) => (
        <button key={one} type="button" class="button" onClick={() => setAsked(one)}>
          {t(`station.ask_for_${one}`)}
        </button>
      ))}
      {asked === "start" && <StartDialog {...dialog} place={WHOLE} />}
      {asked === "reset" && <ResetDialog {...dialog} />}
      {asked === "trigger" && <TriggerDialog {...dialog} />}
      {asked === "availability" && <AvailabilityDialog {...dialog} place={WHOLE} />}
    </div>
  );
}

function StationFacts({ station }: { station: Station }) {
  const sim = [station.iccid, station.imsi].filter(Boolean).join(" / ");
  const meter = [station.meter_type, station.meter_serial_number].filter(Boolean).join(" / ");
  return (
    <Facts
      facts={[
        [t("station.id"), station.station_id],
        [t("station.vendor"), station.vendor],
        [t("station.model"), station.model],
        [t("station.serial_number"), station.serial_number],
        [t("station.charge_box_serial_number"), station.charge_box_serial_number],
        [t("station.firmware_version"), station.firmware_version],
        [t("station.meter"), meter || null],
        [t("station.sim"), sim || null],
        [t("station.remote_address"), station.remote_address],
        [t("station.security_profile"), station.security_profile],
        [t("station.created_at"), <Time key="at" at={station.created_at} />],
        [t("station.booted_at"), <Time key="at" at={station.booted_at} />],
        [t("station.boot_reason"), station.boot_reason],
        [t("station.connected_at"), <Time key="at" at={station.connected_at} />],
        [t("station.disconnected_at"), <Time key="at" at={station.disconnected_at} />],
        [t("station.last_seen_at"), <Ago key="at" at={station.last_seen_at} />],
      ]}
    />
  );
}
