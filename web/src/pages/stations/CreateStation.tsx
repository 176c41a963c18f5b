import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { StationLink } from "../../parts/links.tsx";
import { PlaceFields } from "../../parts/PlaceFields.tsx";
import { stationsUrl } from "../../parts/places.ts";
import { useSubmit } from "../../parts/submit.ts";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { newPassword } from "./password.ts";

const REGISTRATIONS: readonly Schemas["StationSettings"]["registration"][] = [
  "Accepted",
  "Pending",
  "Rejected",
];
const FIELDS = ["station_id", "name", "latitude", "longitude"];

/** A new station, and then the password with which it may dial in: nobody sees it again. */
export function CreateStation({ stationId, close }: { stationId?: string | undefined; close: () => void }) {
  const [created, setCreated] = useState<{ stationId: string; password: string | undefined }>();
  return (
    <Dialog
      title={created ? t("stations.created", { station_id: created.stationId }) : t("stations.create")}
      close={close}
    >
      {created ? (
        <Created {...created} close={close} />
      ) : (
        <Form first={stationId ?? ""} close={close} created={setCreated} />
      )}
    </Dialog>
  );
}

interface FormProperties {
  /** The identity that is asked for, if one is. */
  first: string;
  close: () => void;
  created: (station: { stationId: string; password: string | undefined }) => void;
}

function Form({ first, close, created }: FormProperties) {
  const [stationId, setStationId] = useState(first);
  const [name, setName] = useState("");
  const [registration, setRegistration] = useState(REGISTRATIONS[0] ?? "Accepted");
  const [latitude, setLatitude] = useState("");
  const [longitude, setLongitude] = useState("");
  const [hasPassword, setHasPassword] = useState(true);
  const [taken, setTaken] = useState(false);
  const { busy, error, submit, wrong } = useSubmit(async () => {
    if (await exists(stationId)) {
      setTaken(true);
      return;
    }
    const password = hasPassword ? newPassword() : undefined;
    const isPlaced = latitude !== "" && longitude !== "";
    const settings: Partial<Schemas["StationSettings"]> = {
      registration,
      ...(name.trim() && { name: name.trim() }),
      ...(isPlaced && { latitude: Number(latitude), longitude: Number(longitude) }),
      ...(password && { password }),
    };
    await api.PUT("/stations/{station_id}", {
      params: { path: { station_id: stationId } },
      // What has a default may be left out, which the generated type does not know.
      body: settings as Schemas["StationSettings"],
    });
    created({ stationId, password });
    await refresh("/stations", "/station-positions", "/overview");
  }, FIELDS);
  return (
    <form class="stack" onSubmit={submit}>
      <div class="fields">
        <TextField
          label={t("stations.id")}
          hint={t("stations.id_hint")}
          value={stationId}
          required
          wrong={taken ? t("stations.taken") : wrong("station_id")}
          change={(value) => {
            setStationId(value.trim());
            setTaken(false);
          }}
        />
        <TextField
          label={t("stations.name")}
          hint={t("stations.name_hint")}
          value={name}
          maxLength={100}
          wrong={wrong("name")}
          change={setName}
        />
        <PlaceFields
          latitude={latitude}
          longitude={longitude}
          setLatitude={setLatitude}
          setLongitude={setLongitude}
          wrong={wrong}
        />
        <SelectField
          label={t("stations.registration")}
          hint={t("stations.registration_hint")}
          value={registration}
          change={(value) => setRegistration(REGISTRATIONS.find((one) => one === value) ?? "Accepted")}
          options={REGISTRATIONS.map((value) => ({ value, text: word("status", value) }))}
        />
      </div>
      <CheckField label={t("stations.make_password")} checked={hasPassword} change={setHasPassword} />
      <FormEnd busy={busy} error={error} action={t("stations.create_it")} close={close} />
    </form>
  );
}

interface CreatedProperties {
  stationId: string;
  password: string | undefined;
  close: () => void;
}

function Created({ stationId, password, close }: CreatedProperties) {
  return (
    <div class="stack">
      <Facts
        facts={[
          [
            t("stations.url"),
            <span key="url" class="mono">
              {stationsUrl() + encodeURIComponent(stationId)}
            </span>,
          ],
          [
            t("stations.password"),
            password ? (
              <output key="password" class="mono">
                {password}
              </output>
            ) : (
              t("stations.no_password")
            ),
          ],
        ]}
      />
      {password && (
        <div class="notice" data-tone="warning">
          <span>{t("stations.password_once")}</span>
          <button
            type="button"
            class="button"
            onClick={() => void attempt(() => navigator.clipboard.writeText(password), t("copy.copied"))}
          >
            {t("copy.copy")}
          </button>
        </div>
      )}
      <div class="row end">
        <StationLink id={stationId}>{t("stations.open")}</StationLink>
        <button type="button" class="button primary" onClick={close}>
          {t("dialog.close")}
        </button>
      </div>
    </div>
  );
}

/** Whether there is such a station. It is looked for in the list, where a missing one is no error. */
async function exists(stationId: string, cursor?: string): Promise<boolean> {
  const query = { search: stationId, limit: 200, cursor };
  const { data } = await api.GET("/stations", { params: { query } });
  if (data?.items.some((one) => one.station_id === stationId)) return true;
  return data?.next_cursor ? exists(stationId, data.next_cursor) : false;
}
