/** One transaction: what is known of it, what was measured, what it costs, and what its station told. */
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { durationOf, energy, list, money, number, power } from "../../format.ts";
import { curvesOf, latest } from "../../parts/curves.ts";
import { Facts } from "../../parts/Facts.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Page } from "../../parts/Page.tsx";
import { useReadings } from "../../parts/readings.ts";
import { Status } from "../../parts/Status.tsx";
import { Async, Failed, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { StopDialog } from "../station/Actions.tsx";
import { CostCard } from "./CostCard.tsx";
import { Curves } from "./Curves.tsx";
import { Lasting, stateOf } from "./columns.tsx";
import { Events } from "./Events.tsx";
import { SignedValues } from "./SignedValues.tsx";

type Found = Schemas["Transaction"];

/** The energy and the cost of one that runs follow from its readings, of which the live feed tells nothing. */
const POLL_EVERY_MS = 5_000;

export default function Transaction() {
  const { transactionId = "" } = useRoute().params;
  const query = queries.useQuery(
    "get",
    "/transactions/{transaction_id}",
    { params: { path: { transaction_id: transactionId } } },
    { refetchInterval: ({ state }) => (state.data?.state === "active" ? POLL_EVERY_MS : false) },
  );
  useLive(query.data ? [query.data.station_id] : []);
  return (
    <Page
      title={t("transactions.one", { id: transactionId })}
      actions={query.data?.state === "active" && <Stop transaction={query.data} />}
    >
      <Async query={query}>{(transaction) => <Shown transaction={transaction} />}</Async>
    </Page>
  );
}

function Shown({ transaction }: { transaction: Found }) {
  const isActive = transaction.state === "active";
  const readings = useReadings(transaction.transaction_id, isActive);
  // Only a transaction of OCPP 2.x is made of events, and each of them has a trigger.
  const isOfEvents = transaction.trigger_reason !== null;
  return (
    <>
      <Flags transaction={transaction} />
      <Known transaction={transaction} readings={readings.data?.values ?? []} />
      <section class="card" aria-labelledby="transaction-curves">
        <h2 id="transaction-curves">{t("transactions.measured")}</h2>
        <Async query={readings}>
          {({ values }) => (
            <Curves values={values} startWh={transaction.meter_start_wh} isActive={isActive} />
          )}
        </Async>
      </section>
      <CostCard transaction={transaction} />
      {isOfEvents && <Events transaction={transaction} />}
      <SignedValues transactionId={transaction.transaction_id} values={readings.data?.values ?? []} />
    </>
  );
}

function Known({
  transaction: one,
  readings,
}: {
  transaction: Found;
  readings: readonly Schemas["MeterValue"][];
}) {
  const isActive = one.state === "active";
  const now = isActive ? curvesOf(readings) : undefined;
  const soc = now && latest(now.soc_percent);
  const of = (key: Parameters<typeof t>[0], value: string | number | null | undefined) =>
    value === null || value === undefined ? [] : [[t(key), value] as const];
  return (
    <section class="card" aria-label={t("transactions.facts")}>
      <Facts
        facts={[
          [t("transactions.state"), <Status key="state" value={stateOf(one)} />],
          [t("transactions.station"), <StationLink key="station" id={one.station_id} />],
          [
            t("transactions.place"),
            list([
              ...(one.evse_id === null ? [] : [`EVSE ${one.evse_id}`]),
              ...(one.connector_id === null
                ? []
                : [t("transactions.connector", { number: one.connector_id })]),
            ]) || "–",
          ],
          [t("transactions.token"), <TokenLink key="token" transaction={one} />],
          [t("transactions.started"), <Time key="started" at={one.started_at} />],
          [t("transactions.ended"), <Time key="ended" at={one.ended_at} />],
          [t("transactions.duration"), <Lasting key="duration" transaction={one} />],
          [t("transactions.energy"), energy(one.energy_wh)],
          ...(now ? [[t("transactions.power"), power(latest(now.power_w))] as const] : []),
          ...of("transactions.soc", soc === null || soc === undefined ? null : `${number(soc)} %`),
          [t("transactions.cost"), money(one.total_cost, one.currency)],
          [t("transactions.meter"), `${energy(one.meter_start_wh)} → ${energy(one.meter_stop_wh)}`],
          ...of("transactions.reason", one.stopped_reason),
          ...(one.stop_id_token
            ? [[t("transactions.stop_token"), <Token key="stopped" id={one.stop_id_token} />] as const]
            : []),
          ...of(
            "transactions.authorization",
            one.authorization_status && word("status", one.authorization_status),
          ),
          ...of("transactions.group", one.group_id),
          ...(one.reservation_id === null
            ? []
            : [[t("transactions.reservation"), <ReservationLink key="reservation" of={one} />] as const]),
          ...of("transactions.phases", one.number_of_phases),
          ...of(
            "transactions.cable",
            one.cable_max_current_a === null ? null : `${one.cable_max_current_a} A`,
          ),
          ...of(
            "transactions.charged_for",
            one.time_spent_charging_s === null ? null : durationOf(one.time_spent_charging_s),
          ),
          ...of("transactions.operation_mode", one.operation_mode),
          ...(one.remote_call_id
            ? [[t("transactions.remote"), <RemoteCall key="call" of={one} />] as const]
            : []),
        ]}
      />
    </section>
  );
}

function TokenLink({ transaction: { id_token: token, id_token_type: type } }: { transaction: Found }) {
  if (!token) return <>–</>;
  return (
    <>
      <Token id={token} />
      {type && ` (${type})`}
    </>
  );
}

function Token({ id }: { id: string }) {
  return (
    <a class="mono words" href={`/tokens?token=${encodeURIComponent(id)}`}>
      {id}
    </a>
  );
}

function ReservationLink({ of: { station_id, reservation_id } }: { of: Found }) {
  const query = new URLSearchParams({ station: station_id, reservation: String(reservation_id) });
  return <a href={`/reservations?${query}`}>{reservation_id}</a>;
}

/** The calls of a station are listed on its page. */
function RemoteCall({ of }: { of: Found }) {
  return (
    <StationLink id={of.station_id} tab="calls">
      <span class="mono words">{of.remote_call_id}</span>
    </StationLink>
  );
}

/** What should be known of it, each with what it means. */
function Flags({ transaction: { flags } }: { transaction: Found }) {
  if (flags.length === 0) return null;
  return (
    <section class="notice" data-tone="warning" aria-label={t("transactions.flags")}>
      {flags.map((flag) => (
        <p key={flag}>
          <strong>{word("flag", flag)}</strong>: {word("flag_about", flag)}
        </p>
      ))}
    </section>
  );
}

function Stop({ transaction }: { transaction: Found }) {
  const [stopping, setStopping] = useState(false);
  if (!useMay("operator")) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setStopping(true)}>
        {t("transactions.stop")}
      </button>
      {stopping && <Stopping transaction={transaction} close={() => setStopping(false)} />}
    </>
  );
}

/** How a station is asked depends on the version that it speaks. */
function Stopping({ transaction, close }: { transaction: Found; close: () => void }) {
  const path = { station_id: transaction.station_id };
  const station = queries.useQuery("get", "/stations/{station_id}", { params: { path } });
  if (station.data) return <StopDialog station={station.data} transaction={transaction} close={close} />;
  return station.error ? <Failed error={station.error} /> : <Loading />;
}
