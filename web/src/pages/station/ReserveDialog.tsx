/** Keeping an EVSE free for a token. */
import { useState } from "preact/hooks";
import { api, queries } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { fromLocal, toLocal } from "../../parts/moments.ts";
import { useSubmit } from "../../parts/submit.ts";
import { t } from "../../texts/index.ts";
import { placeName } from "./names.ts";
import type { Station } from "./orders.ts";
import { tell } from "./told.ts";

const HOUR_MS = 3_600_000;
const MOST_SUGGESTIONS = 20;

export function ReserveDialog({ station, close }: { station: Station; close: () => void }) {
  const [idToken, setIdToken] = useState("");
  const [evse, setEvse] = useState(String(station.evses[0]?.evse_id ?? 0));
  const [until, setUntil] = useState(toLocal(new Date(Date.now() + HOUR_MS).toISOString()));
  const search = idToken.trim();
  const known = queries.useQuery("get", "/id-tokens", {
    params: { query: { limit: MOST_SUGGESTIONS, ...(search ? { search } : {}) } },
  });
  const { busy, error, submit, wrong } = useSubmit(
    async (header) => {
      const { data } = await api.POST("/stations/{station_id}/reservations", {
        params: { path: { station_id: station.station_id }, header },
        body: {
          id_token: search,
          expires_at: fromLocal(until) ?? "",
          evse_id: Number(evse),
        },
      });
      tell(t("station.reserve_asked"), data);
      close();
    },
    ["id_token", "evse_id", "expires_at"],
  );
  return (
    <Dialog title={t("station.reserve")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.reserve_about")}</p>
        <div class="columns">
          <TextField
            label={t("station.id_token")}
            value={idToken}
            change={setIdToken}
            required
            maxLength={255}
            suggestions={known.data?.items.map((one) => one.id_token) ?? []}
            wrong={wrong("id_token")}
          />
          <SelectField
            label={t("station.where")}
            value={evse}
            change={setEvse}
            options={[
              { value: "0", text: t("station.station_chooses") },
              ...station.evses.map((one) => ({
                value: String(one.evse_id),
                text: placeName(station, { evseId: one.evse_id, connectorId: null }),
              })),
            ]}
            wrong={wrong("evse_id")}
          />
          <TextField
            label={t("station.until")}
            type="datetime-local"
            value={until}
            change={setUntil}
            required
            wrong={wrong("expires_at")}
          />
        </div>
        <FormEnd busy={busy} error={error} action={t("station.reserve")} close={close} />
      </form>
    </Dialog>
  );
}
