/** What limits charging at a station: its charging profiles, limits from elsewhere, and what comes of them. */
import { useMemo, useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { Confirm } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { SelectField } from "../../parts/fields.tsx";
import { useKeyed } from "../../parts/keyed.ts";
import { TransactionLink } from "../../parts/links.tsx";
import { Pager } from "../../parts/Pager.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { Composite } from "./Composite.tsx";
import { placeName } from "./names.ts";
import { clearProfiles, type Station, speaks16 } from "./orders.ts";
import { ScheduleCurve } from "./ScheduleCurve.tsx";
import { beginOf, curveOf, lengthOf } from "./schedules.ts";
import { tell } from "./told.ts";

type Profile = Schemas["ChargingProfile"];
type Purpose = Profile["purpose"];

const PURPOSES = [
  "ChargingStationMaxProfile",
  "TxDefaultProfile",
  "TxProfile",
  "PriorityCharging",
  "LocalGeneration",
  "ChargingStationExternalConstraints",
] as const satisfies readonly Purpose[];
/** Who may have set a profile. A report must be narrowed by something: that of all is narrowed to all of these. */
const SOURCES = ["EMS", "Other", "SO", "CSO"] as const;
/** Each is drawn. */
const LIMIT = 10;

export default function Profiles({ station }: { station: Station }) {
  return (
    <>
      <ProfileList station={station} />
      <Limits station={station} />
      <Composite station={station} />
    </>
  );
}

function ProfileList({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const mayAct = useMay("operator");
  const { query: asked, go } = useAddress();
  const purpose = PURPOSES.find((one) => one === asked.purpose);
  const evse = asked.evse ?? "";
  const [clearing, setClearing] = useState<Profile | "all">();
  const paging = usePaging([path, purpose, evse]);
  const filters = { ...(purpose ? { purpose } : {}), ...(evse ? { evse_id: Number(evse) } : {}) };
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/charging-profiles",
    {
      params: {
        path,
        query: { limit: LIMIT, ...filters, ...(paging.cursor ? { cursor: paging.cursor } : {}) },
      },
    },
    PAGED,
  );
  const keyed = useKeyed();
  const isAll = Object.keys(filters).length === 0;
  const cleared = (what: typeof clearing) => {
    if (what !== "all" && what)
      return api.DELETE("/stations/{station_id}/charging-profiles/{profile_id}", {
        params: { path: { ...path, profile_id: what.profile_id } },
      });
    if (!isAll)
      return api.DELETE("/stations/{station_id}/charging-profiles", { params: { path, query: filters } });
    return keyed((header) =>
      api.POST("/stations/{station_id}/calls", {
        params: { path, header },
        body: { ...clearProfiles(station), wait_s: 0, unchecked: false },
      }),
    );
  };
  const clear = async () => {
    const { data } = await cleared(clearing);
    tell(t("station.clear_asked"), data);
  };
  const report = async () => {
    const { data } = await keyed((header) =>
      api.POST("/stations/{station_id}/charging-profiles/report", {
        params: { path, header },
        body: { profile_ids: [], sources: purpose ? [] : [...SOURCES], ...filters },
      }),
    );
    tell(t("station.refresh_asked"), data);
  };
  return (
    <section class="stack">
      <h2>{t("station.profiles")}</h2>
      <div class="filters">
        <SelectField
          label={t("station.purpose")}
          value={purpose ?? ""}
          change={(value) => go({ purpose: value })}
          options={[
            { value: "", text: t("station.all") },
            ...PURPOSES.map((value) => ({ value, text: word("purpose", value) })),
          ]}
        />
        <SelectField
          label={t("station.where")}
          value={evse}
          change={(value) => go({ evse: value })}
          options={[
            { value: "", text: t("station.everywhere") },
            { value: "0", text: t("station.whole") },
            ...station.evses.map((one) => ({
              value: String(one.evse_id),
              text: placeName(station, { evseId: one.evse_id, connectorId: null }),
            })),
          ]}
        />
        {mayAct && !speaks16(station) && (
          <button type="button" class="button" onClick={() => void attempt(report)}>
            {t("station.ask_profiles")}
          </button>
        )}
        {mayAct && (
          <button type="button" class="button" onClick={() => setClearing("all")}>
            {t("station.clear_all")}
          </button>
        )}
      </div>
      <Async query={query}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 && <Empty>{t("station.profiles_none")}</Empty>}
            <div class="columns">
              {items.map((one) => (
                <ProfileCard
                  key={`${one.source} ${one.profile_id}`}
                  station={station}
                  profile={one}
                  clear={mayAct && isOurs(one) ? () => setClearing(one) : undefined}
                />
              ))}
            </div>
            <Pager paging={paging} next={next_cursor} />
          </>
        )}
      </Async>
      {clearing && (
        <Confirm
          danger
          title={t("station.clear_title")}
          action={t("station.clear")}
          run={() => attempt(clear)}
          close={() => setClearing(undefined)}
        >
          {clearing === "all"
            ? t(isAll ? "station.clear_every_about" : "station.clear_all_about")
            : t("station.clear_about", { id: clearing.profile_id })}
        </Confirm>
      )}
    </section>
  );
}

/** Limits from elsewhere are not ours to clear. */
const isOurs = ({ state, purpose }: Profile): boolean =>
  state !== "cleared" && purpose !== "ChargingStationExternalConstraints";

interface CardProperties {
  station: Station;
  profile: Profile;
  clear: (() => void) | undefined;
}

function ProfileCard({ station, profile, clear }: CardProperties) {
  const { schedules, recurrency } = profile;
  const curves = useMemo(
    () =>
      schedules.map((one) =>
        curveOf(one.periods, beginOf(one, new Date(), recurrency), lengthOf(one, recurrency)),
      ),
    [schedules, recurrency],
  );
  const place = placeName(station, { evseId: profile.evse_id, connectorId: null });
  return (
    <article class="card" data-profile={profile.profile_id}>
      <div class="card-head">
        <h3>{word("purpose", profile.purpose)}</h3>
        <div class="row">
          <Status value={profile.state} />
          {clear && (
            <button type="button" class="button" onClick={clear}>
              {t("station.clear")}
              <span class="visually-hidden"> {profile.profile_id}</span>
            </button>
          )}
        </div>
      </div>
      <Facts
        facts={[
          [t("station.profile_id"), profile.profile_id],
          [t("station.where"), place],
          [t("station.kind"), word("profile_kind", recurrency ?? profile.kind)],
          [t("station.stack_level"), profile.stack_level],
          ...(profile.transaction_id
            ? ([
                [t("station.transaction"), <TransactionLink key="id" id={profile.transaction_id} />],
              ] as const)
            : []),
          ...(profile.valid_from || profile.valid_to
            ? ([
                [t("station.valid_from"), <Time key="from" at={profile.valid_from} />],
                [t("station.valid_to"), <Time key="to" at={profile.valid_to} />],
              ] as const)
            : []),
        ]}
      />
      {schedules.map((schedule, index) => (
        <ScheduleCurve
          key={schedule.schedule_id ?? index}
          title={t(schedule.start_at ? "station.schedule" : "station.schedule_relative")}
          curve={curves[index] ?? curveOf([], new Date(), null)}
          unit={schedule.unit}
        />
      ))}
    </article>
  );
}

function Limits({ station }: { station: Station }) {
  const query = queries.useQuery("get", "/stations/{station_id}/charging-limits", {
    params: { path: { station_id: station.station_id }, query: { limit: LIMIT } },
  });
  return (
    <Async query={query}>
      {({ items }) =>
        items.length === 0 ? null : (
          <section class="stack">
            <h2>{t("station.limits")}</h2>
            <div class="columns">
              {items.map((one) => (
                <article key={`${one.evse_id} ${one.source}`} class="card">
                  <h3>{placeName(station, { evseId: one.evse_id, connectorId: null })}</h3>
                  <Facts
                    facts={[
                      [t("station.source"), one.source],
                      [t("station.at"), <Time key="at" at={one.noted_at} />],
                    ]}
                  />
                  {one.schedules.map((schedule, index) => (
                    <LimitCurve key={schedule.schedule_id ?? index} schedule={schedule} at={one.noted_at} />
                  ))}
                </article>
              ))}
            </div>
          </section>
        )
      }
    </Async>
  );
}

function LimitCurve({ schedule, at }: { schedule: Schemas["Schedule"]; at: string }) {
  const curve = useMemo(
    () => curveOf(schedule.periods, beginOf(schedule, new Date(at)), schedule.duration_s),
    [schedule, at],
  );
  return <ScheduleCurve title={t("station.schedule")} curve={curve} unit={schedule.unit} />;
}
