import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { useFoundStations, useFoundTokens } from "../../parts/found.ts";
import { fromLocal, toLocal } from "../../parts/moments.ts";
import { useSubmit } from "../../parts/submit.ts";
import { t } from "../../texts/index.ts";

const KEPT_MS = 30 * 60 * 1000;
const FIELDS = ["station_id", "id_token", "expires_at", "evse_id"];

interface Properties {
  close: () => void;
  made: (reservation: Schemas["Reservation"]) => void;
}

/** Keep an EVSE for somebody: the station is asked at once, and its answer is shown. */
export function CreateReservation({ close, made }: Properties) {
  const [stationId, setStationId] = useState("");
  const [evseId, setEvseId] = useState("0");
  const [idToken, setIdToken] = useState("");
  const [until, setUntil] = useState(() => toLocal(new Date(Date.now() + KEPT_MS).toISOString()));
  const stations = useFoundStations(stationId);
  const tokens = useFoundTokens(idToken);
  const station = stations.find((one) => one.station_id === stationId);
  const { busy, error, submit, wrong } = useSubmit(async (header) => {
    const { data } = await api.POST("/stations/{station_id}/reservations", {
      params: { path: { station_id: stationId }, header },
      body: { id_token: idToken, evse_id: Number(evseId), expires_at: fromLocal(until) ?? "" },
    });
    close();
    if (data) made(data);
    await refresh("/reservations", "/stations");
  }, FIELDS);
  return (
    <Dialog title={t("reservations.create")} close={close}>
      <form class="stack" onSubmit={submit}>
        <div class="fields">
          <TextField
            label={t("reservations.station")}
            value={stationId}
            required
            suggestions={stations.map((one) => one.station_id)}
            wrong={wrong("station_id")}
            change={(value) => {
              setStationId(value);
              setEvseId("0");
            }}
          />
          <SelectField
            label={t("reservations.evse")}
            hint={station ? "" : t("reservations.evse_hint")}
            value={evseId}
            wrong={wrong("evse_id")}
            change={setEvseId}
            options={[
              { value: "0", text: t("reservations.any") },
              ...(station?.evses.map(({ evse_id }) => ({
                value: String(evse_id),
                text: `EVSE ${evse_id}`,
              })) ?? []),
            ]}
          />
          <TextField
            label={t("reservations.token")}
            value={idToken}
            required
            maxLength={255}
            suggestions={tokens}
            wrong={wrong("id_token")}
            change={setIdToken}
          />
          <TextField
            label={t("reservations.until")}
            type="datetime-local"
            value={until}
            required
            wrong={wrong("expires_at")}
            change={setUntil}
          />
        </div>
        <p>{t(station && !station.online ? "reservations.offline" : "reservations.sure")}</p>
        <FormEnd busy={busy} error={error} action={t("reservations.make")} close={close} />
      </form>
    </Dialog>
  );
}
