/** All transactions, newest first: filtered by what stands in the address, and saved as a table. */
import { useMemo, useState } from "preact/hooks";
import { download, queries } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { useFoundStations, useFoundTokens } from "../../parts/found.ts";
import { Page } from "../../parts/Page.tsx";
import { SearchField } from "../../parts/SearchField.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { columns } from "./columns.tsx";
import "./transactions.css";
import { exportPath, type Filters, filtersOf, isUnfinished, STATES } from "./filters.ts";

const LIMIT = 25;
const LONGEST_ID = 255;

export default function Transactions() {
  const { query: chosen } = useAddress();
  const filters = filtersOf(chosen);
  const paging = usePaging(filters);
  const shown = useMemo(() => columns(), []);
  const query = queries.useQuery(
    "get",
    "/transactions",
    { params: { query: { ...filters, limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  useLive(filters.station_id ? [filters.station_id] : null);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page
      title={t("nav.transactions")}
      about={t("transactions.about")}
      actions={<Export filters={filters} disabled={!query.data?.items.length} />}
    >
      <FilterFields />
      <DataTable
        caption={t("nav.transactions")}
        columns={shown}
        query={query}
        rowId={(row) => row.transaction_id}
        paging={paging}
        empty={t(isFiltered ? "transactions.none_found" : "transactions.none")}
      />
    </Page>
  );
}

function FilterFields() {
  const { query, go } = useAddress();
  const { station = "", token = "", state = "", from = "", to = "" } = query;
  return (
    <search class="filters transactions-filters">
      <SearchField
        label={t("transactions.station")}
        value={station}
        maxLength={LONGEST_ID}
        suggestions={useFoundStations(station).map((one) => one.station_id)}
        change={(wanted) => go({ station: wanted }, true)}
      />
      <SearchField
        label={t("transactions.token")}
        value={token}
        maxLength={LONGEST_ID}
        suggestions={useFoundTokens(token)}
        change={(wanted) => go({ token: wanted }, true)}
      />
      <SelectField
        label={t("transactions.state")}
        value={state}
        change={(wanted) => go({ state: wanted })}
        options={["", ...STATES].map((value) => ({
          value,
          text: value ? word("status", value) : t("transactions.all"),
        }))}
      />
      <TextField
        label={t("transactions.from")}
        type="date"
        value={from}
        max={to}
        change={(wanted) => go({ from: wanted }, isUnfinished(from))}
      />
      <TextField
        label={t("transactions.to")}
        type="date"
        value={to}
        min={from}
        wrong={from && to && to < from && !isUnfinished(to) ? t("transactions.to_first") : undefined}
        change={(wanted) => go({ to: wanted }, isUnfinished(to))}
      />
    </search>
  );
}

/** What is filtered, all pages of it. */
function Export({ filters, disabled }: { filters: Filters; disabled: boolean }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await attempt(() => download(exportPath(filters), "transactions.csv"));
    setBusy(false);
  };
  return (
    <button type="button" class="button" disabled={busy || disabled} onClick={() => void save()}>
      {busy && <span class="spinner" aria-hidden="true" />}
      {t(busy ? "transactions.exporting" : "transactions.export")}
    </button>
  );
}
