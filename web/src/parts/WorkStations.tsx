/** The stations of work that goes on at many of them (a campaign, a collection of logs), by state. */
import { useId } from "preact/hooks";
import { type Paging, usePaging } from "../api/pages.ts";
import { t, word } from "../texts/index.ts";
import { useAddress } from "./address.ts";
import { type Column, DataTable, type TableQuery } from "./DataTable.tsx";
import { SelectField } from "./fields.tsx";

const STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
const LIMIT = 25;

type State = (typeof STATES)[number];

interface Asked {
  /** Undefined: all. */
  state: State | undefined;
  paging: Paging;
  /** What to ask the API for. */
  query: { limit: number; state?: State; cursor?: string };
}

/** What the address of the page asks for, and where in the list it is. */
export function useWorkStations(workId: string): Asked {
  const { query: chosen } = useAddress();
  const state = STATES.find((one) => one === chosen.state);
  const paging = usePaging([workId, state]);
  const query = {
    limit: LIMIT,
    ...(state ? { state } : {}),
    ...(paging.cursor ? { cursor: paging.cursor } : {}),
  };
  return { state, paging, query };
}

interface Properties<Row> {
  asked: Asked;
  query: TableQuery<Row>;
  columns: Column<Row>[];
}

export function WorkStations<Row extends { station_id: string }>({ asked, query, columns }: Properties<Row>) {
  const { go } = useAddress();
  const titleId = useId();
  return (
    <section class="stack" aria-labelledby={titleId}>
      <h2 id={titleId}>{t("choice.stations")}</h2>
      <div class="filters">
        <SelectField
          label={t("work.state")}
          value={asked.state ?? ""}
          change={(wanted) => go({ state: wanted })}
          options={["", ...STATES].map((value) => ({
            value,
            text: value ? word("status", value) : t("work.any_state"),
          }))}
        />
      </div>
      <DataTable
        caption={t("choice.stations")}
        columns={columns}
        query={query}
        rowId={(row) => row.station_id}
        paging={asked.paging}
        empty={t(asked.state ? "work.no_station_so" : "work.no_station")}
      />
    </section>
  );
}
