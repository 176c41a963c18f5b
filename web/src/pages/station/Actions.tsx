/** What an operator may have a station do at once: a dialog for each. */
import { useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { t, word } from "../../texts/index.ts";
import { OrderDialog } from "./ask.tsx";
import { evseName, placeName } from "./names.ts";
import * as orders from "./orders.ts";
import { type Place, type Station, speaks16, WHOLE } from "./orders.ts";

interface Properties {
  station: Station;
  close: () => void;
}

const MOST_SUGGESTIONS = 20;

/** A start, at an EVSE or wherever the station likes. */
export function StartDialog({ station, close, place }: Properties & { place: Place }) {
  const [evse, setEvse] = useState(place.evseId === null ? "" : String(place.evseId));
  const [idToken, setIdToken] = useState("");
  const search = idToken.trim();
  const { data } = queries.useQuery("get", "/id-tokens", {
    params: { query: { limit: MOST_SUGGESTIONS, ...(search ? { search } : {}) } },
  });
  const known = data?.items.find((one) => one.id_token === search);
  const token = { idToken: search, type: known?.type ?? null };
  return (
    <OrderDialog
      station={station}
      title={t("station.start_title")}
      about={t("station.start_about")}
      action={t("station.start")}
      order={search ? orders.start(station, token, evse === "" ? null : Number(evse)) : undefined}
      close={close}
    >
      <div class="columns">
        <TextField
          label={t("station.id_token")}
          hint={t("station.id_token_hint")}
          value={idToken}
          change={setIdToken}
          required
          maxLength={255}
          suggestions={data?.items.map((one) => one.id_token) ?? []}
        />
        <SelectField
          label={t("station.where")}
          value={evse}
          change={setEvse}
          options={[
            { value: "", text: t("station.station_chooses") },
            ...station.evses.map((one) => ({
              value: String(one.evse_id),
              text: evseName(station, one.evse_id),
            })),
          ]}
        />
      </div>
    </OrderDialog>
  );
}

export function StopDialog({
  station,
  close,
  transaction,
}: Properties & { transaction: Schemas["Transaction"] }) {
  return (
    <OrderDialog
      station={station}
      title={t("station.stop_title")}
      about={t("station.stop_about", { id: transaction.transaction_id })}
      action={t("station.stop")}
      order={orders.stop(station, transaction)}
      close={close}
    />
  );
}

export function UnlockDialog({ station, close, place }: Properties & { place: Place }) {
  return (
    <OrderDialog
      station={station}
      title={t("station.unlock_title", { place: placeName(station, place) })}
      about={t("station.unlock_about")}
      action={t("station.unlock")}
      order={orders.unlock(station, place.evseId ?? 1, place.connectorId ?? 1)}
      close={close}
    />
  );
}

export function ResetDialog({ station, close }: Properties) {
  const kinds: readonly string[] = speaks16(station) ? orders.RESETS_16 : orders.RESETS_2X;
  const [kind, setKind] = useState(kinds[0] ?? "Soft");
  return (
    <OrderDialog
      station={station}
      title={t("station.reset_title")}
      about={t("station.reset_about")}
      action={t("station.reset")}
      order={orders.reset(kind)}
      close={close}
    >
      <SelectField
        label={t("station.reset_kind")}
        value={kind}
        change={setKind}
        options={kinds.map((value) => ({ value, text: word("reset", value) }))}
      />
    </OrderDialog>
  );
}

export function AvailabilityDialog({ station, close, place }: Properties & { place: Place }) {
  const [wanted, setWanted] = useState("Inoperative");
  return (
    <OrderDialog
      station={station}
      title={t("station.availability_title", { place: placeName(station, place) })}
      about={t("station.availability_about")}
      action={t("station.availability_do")}
      order={orders.changeAvailability(station, place, wanted === "Operative")}
      close={close}
    >
      <SelectField
        label={t("station.availability")}
        value={wanted}
        change={setWanted}
        options={["Inoperative", "Operative"].map((value) => ({ value, text: word("availability", value) }))}
      />
    </OrderDialog>
  );
}

export function TriggerDialog({ station, close }: Properties) {
  const messages: readonly string[] = speaks16(station) ? orders.TRIGGERS_16 : orders.TRIGGERS_2X;
  const [message, setMessage] = useState("StatusNotification");
  const [chosen, setChosen] = useState("");
  const must = orders.needsConnector(station, message);
  const all = orders.places(station);
  const place = all[chosen === "" ? (must ? 0 : -1) : Number(chosen)] ?? WHOLE;
  const isMissing = must && place === WHOLE;
  return (
    <OrderDialog
      station={station}
      title={t("station.trigger_title")}
      about={t("station.trigger_about")}
      action={t("station.trigger")}
      order={isMissing ? undefined : orders.trigger(station, message, place)}
      close={close}
    >
      <div class="columns">
        <SelectField
          label={t("station.message")}
          value={message}
          change={setMessage}
          options={messages.map((value) => ({ value, text: value }))}
        />
        {orders.isOfAPlace(message) && (
          <SelectField
            label={t("station.where")}
            value={chosen}
            change={setChosen}
            options={[
              ...(must ? [] : [{ value: "", text: t("station.everywhere") }]),
              ...all.map((one, index) => ({ value: String(index), text: placeName(station, one) })),
            ]}
          />
        )}
      </div>
    </OrderDialog>
  );
}
