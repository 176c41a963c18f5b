/** The events that a transaction of OCPP 2.x is made of, and those that have not come. */
import { queries, type Schemas } from "../../api/client.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { list } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";

const LIMIT = 25;

export function Events({ transaction }: { transaction: Schemas["Transaction"] }) {
  const path = { transaction_id: transaction.transaction_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/transactions/{transaction_id}/events",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  const missing = transaction.missing_seq_nos;
  return (
    <section class="stack" aria-labelledby="transaction-events">
      <h2 id="transaction-events">{t("transactions.events")}</h2>
      {missing.length > 0 && (
        <div class="notice" data-tone="warning">
          {t("transactions.missing", { count: missing.length, numbers: list(missing.map(String)) })}
        </div>
      )}
      {transaction.complete === true && <p class="muted">{t("transactions.complete")}</p>}
      <DataTable
        caption={t("transactions.events")}
        columns={COLUMNS()}
        query={query}
        rowId={(one) => `${one.seq_no} ${one.at} ${one.event_type}`}
        paging={paging}
      />
    </section>
  );
}

const COLUMNS = (): Column<Schemas["TransactionEvent"]>[] => [
  { id: "seq_no", header: "seqNo", numeric: true, cell: (one) => one.seq_no },
  { id: "at", header: t("transactions.at"), cell: (one) => <Time at={one.at} /> },
  { id: "type", header: t("transactions.event"), cell: (one) => one.event_type },
  { id: "trigger", header: t("transactions.trigger"), cell: (one) => one.trigger_reason },
  {
    id: "charging_state",
    header: t("transactions.charging_state"),
    cell: (one) => <Status value={one.charging_state} />,
  },
  { id: "values", header: t("transactions.values"), numeric: true, cell: (one) => one.meter_values },
  { id: "remarks", header: t("transactions.remarks"), cell: (one) => remarks(one) || "–" },
];

function remarks(one: Schemas["TransactionEvent"]): string {
  return [
    one.offline && t("transactions.offline"),
    one.id_token,
    one.stopped_reason,
    one.preconditioning_status && `preconditioning ${one.preconditioning_status}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
