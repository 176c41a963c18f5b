import type { Schemas } from "../../api/client.ts";
import { duration, energy, list, minute, money } from "../../format.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { StationLink, transactionPath } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { useNow } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";

type Transaction = Schemas["Transaction"];

const TICK_MS = 5_000;

export const columns = (): Column<Transaction>[] => [
  {
    id: "started",
    header: t("transactions.started"),
    cell: (row) => (
      <a class="nowrap" href={transactionPath(row.transaction_id)}>
        {row.started_at || row.ended_at ? (
          <time dateTime={row.started_at ?? row.ended_at ?? ""}>
            {minute(row.started_at ?? row.ended_at)}
          </time>
        ) : (
          row.transaction_id
        )}
      </a>
    ),
  },
  {
    id: "station",
    header: t("transactions.station"),
    cell: (row) => (
      <span>
        <StationLink id={row.station_id}>
          <span class={wrapping(row.station_id)}>{row.station_id}</span>
        </StationLink>
        {row.evse_id !== null && <small class="muted nowrap"> EVSE {row.evse_id}</small>}
      </span>
    ),
  },
  {
    id: "token",
    header: t("transactions.token"),
    cell: (row) => <span class={`mono ${wrapping(row.id_token)}`}>{row.id_token ?? "–"}</span>,
  },
  {
    id: "duration",
    header: t("transactions.duration"),
    numeric: true,
    cell: (row) => <Lasting transaction={row} />,
  },
  {
    id: "energy",
    header: t("transactions.energy"),
    numeric: true,
    cell: (row) => <span class="nowrap">{energy(row.energy_wh)}</span>,
  },
  {
    id: "cost",
    header: t("transactions.cost"),
    numeric: true,
    cell: (row) => <span class="nowrap">{money(row.total_cost, row.currency)}</span>,
  },
  {
    id: "state",
    header: t("transactions.state"),
    cell: (row) => (
      <span>
        <Status value={stateOf(row)} />
        {row.stopped_reason && <small class="muted"> {row.stopped_reason}</small>}
      </span>
    ),
  },
  {
    id: "flags",
    header: t("transactions.flags"),
    cell: (row) => (row.flags.length > 0 ? list(row.flags.map((flag) => word("flag", flag))) : "–"),
  },
];

const LONGEST_LINE = 16;
/** Short ids are not broken at their hyphens. */
const wrapping = (id: string | null) => ((id ?? "").length > LONGEST_LINE ? "words" : "nowrap");

/** What it does while it runs, where its station tells that. */
export const stateOf = ({ state, charging_state }: Transaction) =>
  state === "active" ? (charging_state ?? state) : state;

/** From its start to its end, or to now. */
export function Lasting({ transaction: { state, started_at, ended_at } }: { transaction: Transaction }) {
  const now = useNow(TICK_MS);
  const end = state === "active" ? new Date(now).toISOString() : ended_at;
  return <span class="nowrap">{duration(started_at, end)}</span>;
}
