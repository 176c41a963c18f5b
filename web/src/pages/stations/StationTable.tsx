import { useMemo, useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { DataTable } from "../../parts/DataTable.tsx";
import { SelectField } from "../../parts/fields.tsx";
import { SearchField } from "../../parts/SearchField.tsx";
import { t, word } from "../../texts/index.ts";
import { BulkDialog } from "./BulkDialog.tsx";
import { columnsOf } from "./columns.tsx";
import { type Filters, filtersOf, STATUSES } from "./filters.ts";

export type Station = Schemas["Station"];

const SHOWN = 25;
const LONGEST = 100;

export function StationTable() {
  const address = useAddress();
  const filters = filtersOf(address.query);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Station>>(new Map());
  const [calling, setCalling] = useState<"chosen" | "found">();
  const mayCall = useMay("operator");
  const paging = usePaging(filters);
  const query = queries.useQuery(
    "get",
    "/stations",
    { params: { query: { ...filters, limit: SHOWN, cursor: paging.cursor } } },
    PAGED,
  );
  const items = query.data?.items ?? [];
  // Whom a filter lets in, and who is new, only the events of all stations tell; a full page is known by its ids.
  const isSettled = !filters.status && items.length === SHOWN;
  useLive(isSettled ? items.map((one) => one.station_id) : null);
  const columns = useMemo(() => {
    const choose = (station: Station) => {
      const wanted = new Map(chosen);
      if (!wanted.delete(station.station_id)) wanted.set(station.station_id, station);
      setChosen(wanted);
    };
    const sort = {
      order: filters.order,
      change: (order: Filters["order"]) => address.go({ order: order === "asc" ? undefined : order }),
    };
    return columnsOf(sort, mayCall ? { has: (one) => chosen.has(one.station_id), choose } : undefined);
  }, [chosen, address.query, mayCall]);
  const isFiltered = Boolean(filters.status || filters.search);
  const choosePage = () =>
    setChosen(new Map([...chosen, ...items.map((one) => [one.station_id, one] as const)]));
  return (
    <>
      <div class="filters">
        <SearchField
          label={t("stations.search")}
          value={filters.search}
          maxLength={LONGEST}
          change={(search) => address.go({ search }, true)}
        />
        <SelectField
          label={t("stations.status")}
          value={filters.status ?? ""}
          change={(status) => address.go({ status })}
          options={[
            { value: "", text: t("stations.all") },
            ...STATUSES.map((value) => ({ value, text: word("status", value) })),
          ]}
        />
      </div>
      {mayCall && items.length > 0 && (
        <div class="row">
          <button type="button" class="button" onClick={choosePage}>
            {t("stations.choose_page")}
          </button>
          {chosen.size > 0 ? (
            <>
              <button type="button" class="button primary" onClick={() => setCalling("chosen")}>
                {t("stations.call_chosen", { count: chosen.size })}
              </button>
              <button type="button" class="button quiet" onClick={() => setChosen(new Map())}>
                {t("stations.choose_none")}
              </button>
            </>
          ) : (
            <button type="button" class="button" onClick={() => setCalling("found")}>
              {t(isFiltered ? "stations.call_found" : "stations.call_all")}
            </button>
          )}
        </div>
      )}
      <DataTable
        caption={t("nav.stations")}
        columns={columns}
        query={query}
        rowId={(row) => row.station_id}
        paging={paging}
        empty={isFiltered ? t("stations.none_found") : t("stations.none")}
      />
      {calling && (
        <BulkDialog
          chosen={calling === "chosen" ? [...chosen.values()] : undefined}
          filters={filters}
          close={() => setCalling(undefined)}
          made={(job) => {
            setCalling(undefined);
            setChosen(new Map());
            address.go({ job });
          }}
        />
      )}
    </>
  );
}
