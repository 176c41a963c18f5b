/** Whether the messages of a station are logged, and how to change that. */
import { api, queries, refresh, type Schemas } from "../../../api/client.ts";
import { useMay } from "../../../api/me.ts";
import { attempt } from "../../../parts/toasts.tsx";
import { t } from "../../../texts/index.ts";

export function LogNotice({ station }: { station: Schemas["Station"] }) {
  const mayChange = useMay("operator");
  const { data: system } = queries.useQuery("get", "/system");
  const isOff =
    station.message_log === "off" || (station.message_log === "" && system?.message_log === false);
  if (!isOff) return null;
  const turnOn = () =>
    attempt(async () => {
      await api.PATCH("/stations/{station_id}", {
        params: { path: { station_id: station.station_id } },
        body: { message_log: "on" },
      });
      await refresh("/stations");
    }, t("messages.turned_on"));
  return (
    <div class="notice" data-tone="warning" role="status">
      <strong>{t("messages.off")}</strong>
      <span>{t(station.message_log === "off" ? "messages.off_station" : "messages.off_stage")}</span>
      {mayChange && (
        <button type="button" class="button" onClick={() => void turnOn()}>
          {t("messages.turn_on")}
        </button>
      )}
    </div>
  );
}
