/** What we hold of a station by ourselves: its name and place, whether it may charge, and how it is dealt with. */
import { useState } from "preact/hooks";
import { api, queries, queryClient, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { PlaceFields } from "../../parts/PlaceFields.tsx";
import { Failed } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { Danger } from "./Danger.tsx";
import type { Station } from "./orders.ts";

type Changes = Schemas["StationChanges"];

const REGISTRATIONS = ["Accepted", "Pending", "Rejected"] as const;
const PINNED = ["", "1.6", "2.0.1", "2.1"] as const;
const LOGGED = ["", "on", "off"] as const;
const EV_CHARGING = ["", "auto", "off"] as const;
const CHECKS = [
  "strict",
  "milliseconds",
  "accept_hex_password",
  "calls_before_boot",
  "answer_poison",
  "fleet_settings",
] as const satisfies readonly (keyof Changes)[];
const MOST_TARIFFS = 100;
const FIELDS = [
  "name",
  "latitude",
  "longitude",
  "call_timeout_s",
  "security_profile",
  "utc_offset_min",
  "tariff_id",
] as const satisfies readonly (keyof Changes)[];

export default function Settings({ station }: { station: Station }) {
  const [mayAct, mayAdmin] = [useMay("operator"), useMay("admin")];
  return (
    <>
      <Form key={station.station_id} station={station} mayAct={mayAct} />
      {mayAdmin && <Danger station={station} />}
    </>
  );
}

/** A field that is left empty is null. */
const text = (value: number | string | null | undefined) =>
  value === null || value === undefined ? "" : String(value);
const numberOf = (value: string) => (value.trim() === "" ? null : Number(value));
const oneOf = <T extends string>(all: readonly T[], value: string, otherwise: T): T =>
  all.find((one) => one === value) ?? otherwise;

function Form({ station, mayAct }: { station: Station; mayAct: boolean }) {
  const [name, setName] = useState(text(station.name));
  const [latitude, setLatitude] = useState(text(station.latitude));
  const [longitude, setLongitude] = useState(text(station.longitude));
  const [timeout, setTimeout] = useState(text(station.call_timeout_s));
  const [profile, setProfile] = useState(text(station.security_profile));
  const [offset, setOffset] = useState(text(station.utc_offset_min ?? 0));
  const [tariff, setTariff] = useState(text(station.tariff_id));
  const [words, setWords] = useState({
    registration: station.registration,
    pinned_version: oneOf(PINNED, station.pinned_version ?? "", ""),
    message_log: oneOf(LOGGED, station.message_log ?? "", ""),
    ev_charging: oneOf(EV_CHARGING, station.ev_charging ?? "", ""),
  });
  const [checks, setChecks] = useState(
    () =>
      Object.fromEntries(CHECKS.map((one) => [one, station[one] ?? false])) as Record<
        (typeof CHECKS)[number],
        boolean
      >,
  );
  // What somebody else has changed meanwhile stays: only what was changed here is sent.
  const [begun, setBegun] = useState(station);
  const tariffs = queries.useQuery("get", "/tariffs", { params: { query: { limit: MOST_TARIFFS } } });
  const { busy, error, submit, wrong } = useSubmit(async () => {
    const wanted: Changes = {
      ...words,
      ...checks,
      name: name.trim() || null,
      latitude: numberOf(latitude),
      longitude: numberOf(longitude),
      call_timeout_s: numberOf(timeout),
      security_profile: numberOf(profile),
      utc_offset_min: numberOf(offset) ?? 0,
      tariff_id: tariff || null,
    };
    const { data } = await api.PATCH("/stations/{station_id}", {
      params: { path: { station_id: station.station_id } },
      body: changed(begun, wanted),
    });
    if (data) setBegun(data);
    toast(t("station.saved"));
    void queryClient.invalidateQueries();
  }, FIELDS);
  const ids = new Set([
    ...(tariffs.data?.items.map((one) => one.tariff_id) ?? []),
    ...(tariff ? [tariff] : []),
  ]);
  return (
    <form class="card" onSubmit={submit}>
      <h2>{t("station.tab_settings")}</h2>
      {!mayAct && <p class="muted">{t("role.needed", { role: word("role", "operator") })}</p>}
      <fieldset class="station-fields stack" disabled={!mayAct}>
        <legend class="visually-hidden">{t("station.tab_settings")}</legend>
        <div class="columns">
          <TextField
            label={t("station.name")}
            value={name}
            change={setName}
            maxLength={100}
            wrong={wrong("name")}
          />
          <SelectField
            label={t("station.registration")}
            hint={t("station.registration_hint")}
            value={words.registration}
            change={(value) => setWords({ ...words, registration: oneOf(REGISTRATIONS, value, "Pending") })}
            options={REGISTRATIONS.map((value) => ({ value, text: word("registration", value) }))}
          />
          <PlaceFields
            latitude={latitude}
            longitude={longitude}
            setLatitude={setLatitude}
            setLongitude={setLongitude}
            wrong={wrong}
          />
          <SelectField
            label={t("station.tariff")}
            value={tariff}
            change={setTariff}
            options={[
              { value: "", text: t("station.no_tariff") },
              ...[...ids].map((value) => ({ value, text: value })),
            ]}
            wrong={wrong("tariff_id")}
          />
          <SelectField
            label={t("station.security_profile")}
            value={profile}
            change={setProfile}
            options={["", "0", "1", "2", "3"].map((value) => ({
              value,
              text: value || t("station.unset"),
            }))}
            wrong={wrong("security_profile")}
          />
          <TextField
            label={t("station.call_timeout_s")}
            hint={t("station.call_timeout_hint")}
            type="number"
            min={1}
            max={3600}
            value={timeout}
            change={setTimeout}
            wrong={wrong("call_timeout_s")}
          />
          <TextField
            label={t("station.utc_offset_min")}
            hint={t("station.utc_offset_hint")}
            type="number"
            min={-840}
            max={840}
            value={offset}
            change={setOffset}
            wrong={wrong("utc_offset_min")}
          />
          <SelectField
            label={t("station.pinned_version")}
            value={words.pinned_version}
            change={(value) => setWords({ ...words, pinned_version: oneOf(PINNED, value, "") })}
            options={PINNED.map((value) => ({ value, text: value || t("station.best_version") }))}
          />
          <SelectField
            label={t("station.message_log")}
            value={words.message_log}
            change={(value) => setWords({ ...words, message_log: oneOf(LOGGED, value, "") })}
            options={LOGGED.map((value) => ({ value, text: word("option", value || "stage") }))}
          />
          <SelectField
            label={t("station.ev_charging")}
            value={words.ev_charging}
            change={(value) => setWords({ ...words, ev_charging: oneOf(EV_CHARGING, value, "") })}
            options={EV_CHARGING.map((value) => ({ value, text: word("option", value || "operator") }))}
          />
        </div>
        <div class="stack">
          {CHECKS.map((one) => (
            <CheckField
              key={one}
              label={t(`station.option_${one}`)}
              checked={checks[one]}
              change={(checked) => setChecks({ ...checks, [one]: checked })}
            />
          ))}
        </div>
        {error !== undefined && <Failed error={error} />}
        {mayAct && (
          <div class="row end">
            <button type="submit" class="button primary" disabled={busy}>
              {t("dialog.save")}
            </button>
          </div>
        )}
      </fieldset>
    </form>
  );
}

/** Only what differs: a registration that stays leaves the connection alone. A place is given whole. */
function changed(station: Station, wanted: Changes): Changes {
  const before = station as Changes;
  const differing = Object.entries(wanted).filter(([name, value]) => value !== before[name as keyof Changes]);
  const changes = Object.fromEntries(differing) as Changes;
  if ("latitude" in changes || "longitude" in changes)
    return { ...changes, latitude: wanted.latitude, longitude: wanted.longitude };
  return changes;
}
