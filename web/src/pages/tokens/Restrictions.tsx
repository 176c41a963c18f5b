import type { ComponentChildren } from "preact";
import { zone } from "../../format.ts";
import { CheckField, TextField } from "../../parts/fields.tsx";
import { t } from "../../texts/index.ts";
import "./tokens.css";
import { DAYS, type Draft, type HoursRow, type StationRow } from "./draft.ts";

interface Properties {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
}

/** Where, with what, when and how much a token may charge: the rarer part of its form. */
export function Restrictions({ draft, set }: Properties) {
  const isUsed =
    draft.stations.length + draft.hours.length > 0 || Boolean(draft.connector_types || hasLimit(draft));
  return (
    <details class="restrictions" open={isUsed}>
      <summary>{t("tokens.restrictions")}</summary>
      <div class="stack">
        <h3>{t("tokens.limit")}</h3>
        <div class="fields">
          <Amount label="tokens.max_energy" name="max_energy_kwh" draft={draft} set={set} />
          <Amount label="tokens.max_time" name="max_time_min" draft={draft} set={set} />
          <Amount label="tokens.max_soc" name="max_soc_percent" draft={draft} set={set} />
          <Amount label="tokens.max_cost" name="max_cost" draft={draft} set={set} />
          <Amount label="tokens.cache" name="cache_min" draft={draft} set={set} />
          <TextField
            label={t("tokens.connector_types")}
            hint={t("tokens.connector_types_hint")}
            value={draft.connector_types}
            change={(connector_types) => set({ connector_types })}
          />
        </div>
        <h3>{t("tokens.stations")}</h3>
        <Rows<StationRow>
          rows={draft.stations}
          change={(stations) => set({ stations })}
          fresh={{ station_id: "", evse_ids: "" }}
          none={t("tokens.everywhere")}
          add={t("tokens.add_station")}
        >
          {(row, change) => (
            <>
              <TextField
                label={t("tokens.station")}
                value={row.station_id}
                required
                change={(station_id) => change({ station_id })}
              />
              <TextField
                label={t("tokens.evses")}
                value={row.evse_ids}
                placeholder={t("tokens.evses_all")}
                change={(evse_ids) => change({ evse_ids: evse_ids.replace(/[^\d\s,]/g, "") })}
              />
            </>
          )}
        </Rows>
        <h3>{t("tokens.hours")}</h3>
        <Rows<HoursRow>
          rows={draft.hours}
          change={(hours) => set({ hours })}
          fresh={{ opens: "08:00", closes: "18:00", time_zone: zone(), days: DAYS }}
          none={t("tokens.always")}
          add={t("tokens.add_hours")}
        >
          {(row, change) => <Hours row={row} change={change} />}
        </Rows>
      </div>
    </details>
  );
}

type AmountName = "max_energy_kwh" | "max_time_min" | "max_soc_percent" | "max_cost" | "cache_min";
type AmountLabel =
  | "tokens.max_energy"
  | "tokens.max_time"
  | "tokens.max_soc"
  | "tokens.max_cost"
  | "tokens.cache";

function Amount({ label, name, draft, set }: Properties & { label: AmountLabel; name: AmountName }) {
  return (
    <TextField
      label={t(label)}
      type="number"
      min={0}
      step="any"
      value={draft[name]}
      change={(value) => set({ [name]: value })}
    />
  );
}

function hasLimit(draft: Draft): boolean {
  return [
    draft.max_cost,
    draft.max_energy_kwh,
    draft.max_time_min,
    draft.max_soc_percent,
    draft.cache_min,
  ].some(Boolean);
}

function Hours({ row, change }: { row: HoursRow; change: (changes: Partial<HoursRow>) => void }) {
  const pattern = "HH:MM";
  return (
    <>
      <TextField
        label={t("tokens.opens")}
        value={row.opens}
        placeholder={pattern}
        required
        change={(opens) => change({ opens })}
      />
      <TextField
        label={t("tokens.closes")}
        value={row.closes}
        placeholder={pattern}
        required
        change={(closes) => change({ closes })}
      />
      <TextField
        label={t("tokens.time_zone")}
        value={row.time_zone}
        required
        change={(time_zone) => change({ time_zone })}
      />
      <fieldset class="row days">
        <legend class="visually-hidden">{t("tokens.days")}</legend>
        {DAYS.map((day) => (
          <CheckField
            key={day}
            label={t(`day.${day}`)}
            checked={row.days.includes(day)}
            change={(checked) =>
              change({ days: DAYS.filter((one) => (one === day ? checked : row.days.includes(one))) })
            }
          />
        ))}
      </fieldset>
    </>
  );
}

interface RowsProperties<T> {
  rows: readonly T[];
  change: (rows: readonly T[]) => void;
  fresh: T;
  /** What it means that there is none. */
  none: string;
  add: string;
  children: (row: T, change: (changes: Partial<T>) => void) => ComponentChildren;
}

function Rows<T extends object>({ rows, change, fresh, none, add, children }: RowsProperties<T>) {
  return (
    <>
      {rows.length === 0 && <p class="muted">{none}</p>}
      {rows.map((row, index) => (
        <div key={index} class="filters">
          {children(row, (changes) =>
            change(rows.map((one, place) => (place === index ? { ...one, ...changes } : one))),
          )}
          <button
            type="button"
            class="button"
            onClick={() => change(rows.filter((_, place) => place !== index))}
          >
            {t("tokens.remove")}
          </button>
        </div>
      ))}
      <div>
        <button type="button" class="button" onClick={() => change([...rows, fresh])}>
          {add}
        </button>
      </div>
    </>
  );
}
