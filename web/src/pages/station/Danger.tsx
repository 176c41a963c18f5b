/** What only an administrator may do with a station: give it another password, and delete it. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, queryClient } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { TextField } from "../../parts/fields.tsx";
import { Failed } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import type { Station } from "./orders.ts";
import { tell } from "./told.ts";

interface Properties {
  station: Station;
  close: () => void;
}

export function Danger({ station }: { station: Station }) {
  const [asked, setAsked] = useState<"password" | "delete">();
  const dialog = { station, close: () => setAsked(undefined) };
  return (
    <section class="card">
      <h2>{t("station.danger")}</h2>
      <div class="row">
        <button type="button" class="button" onClick={() => setAsked("password")}>
          {t("station.set_password")}
        </button>
        <button type="button" class="button danger" onClick={() => setAsked("delete")}>
          {t("station.delete_station")}
        </button>
      </div>
      <span class="muted">
        {t(
          station.password_pending
            ? "station.password_pending"
            : station.has_password
              ? "station.has_password"
              : "station.no_password",
        )}
      </span>
      {asked === "password" && <PasswordDialog {...dialog} />}
      {asked === "delete" && <DeleteDialog {...dialog} />}
    </section>
  );
}

/** Sent to the station, or only noted here: for one that somebody sets up by hand. */
function PasswordDialog({ station, close }: Properties) {
  const [password, setPassword] = useState("");
  const path = { station_id: station.station_id };
  const sending = useSubmit(
    async (header) => {
      const { data } = await api.POST("/stations/{station_id}/password", {
        params: { path, header },
        body: password ? { password } : {},
      });
      tell(t("station.password_asked"), data);
      close();
    },
    ["password"],
  );
  const noting = useSubmit(async () => {
    await api.PATCH("/stations/{station_id}", { params: { path }, body: { password } });
    toast(t("station.password_noted"));
    void queryClient.invalidateQueries();
    close();
  }, ["password"]);
  return (
    <Dialog title={t("station.set_password")} close={close}>
      <form class="stack" onSubmit={sending.submit}>
        <p>{t("station.password_about")}</p>
        <TextField
          label={t("station.password")}
          hint={t("station.password_hint")}
          type="password"
          value={password}
          change={setPassword}
          maxLength={512}
          wrong={sending.wrong("password") ?? noting.wrong("password")}
        />
        {sending.error !== undefined && <Failed error={sending.error} />}
        {noting.error !== undefined && <Failed error={noting.error} />}
        <div class="row end">
          <button type="button" class="button" onClick={close}>
            {t("dialog.cancel")}
          </button>
          <button
            type="button"
            class="button"
            disabled={noting.busy || password === ""}
            onClick={noting.submit}
          >
            {t("station.password_note")}
          </button>
          <button type="submit" class="button primary" disabled={sending.busy}>
            {t("station.password_send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ station, close }: Properties) {
  const [typed, setTyped] = useState("");
  const { route } = useLocation();
  const { busy, error, submit } = useSubmit(async () => {
    await api.DELETE("/stations/{station_id}", { params: { path: { station_id: station.station_id } } });
    toast(t("station.deleted", { id: station.station_id }));
    route("/stations");
    void queryClient.invalidateQueries();
  });
  return (
    <Dialog title={t("station.delete_station")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.delete_about")}</p>
        <TextField
          label={t("station.type_id", { id: station.station_id })}
          value={typed}
          change={setTyped}
          required
        />
        <FormEnd
          busy={busy}
          error={error}
          danger
          disabled={typed !== station.station_id}
          action={t("station.delete_station")}
          close={close}
        />
      </form>
    </Dialog>
  );
}
