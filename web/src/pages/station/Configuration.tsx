/** The configuration keys of a station of OCPP 1.6: what it has, what is wished, and what differs. */
import { useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { CheckField } from "../../parts/fields.tsx";
import { useKeyed } from "../../parts/keyed.ts";
import { SearchField } from "../../parts/SearchField.tsx";
import { Ago } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import type { Station } from "./orders.ts";
import { tell } from "./told.ts";
import { ValueDialog } from "./ValueDialog.tsx";

type Key = Schemas["ConfigurationKey"];

/** Stations have some fifty to a hundred: one page, in which the search looks. */
const LIMIT = 200;

export default function Configuration({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const mayAct = useMay("operator");
  const { query: asked, go } = useAddress();
  const differs = asked.differs === "1";
  const search = (asked.search ?? "").toLowerCase();
  const [edited, setEdited] = useState<Key>();
  const paging = usePaging([path, differs]);
  const keyed = useKeyed();
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/configuration",
    {
      params: {
        path,
        query: {
          limit: LIMIT,
          ...(differs ? { differs } : {}),
          ...(paging.cursor ? { cursor: paging.cursor } : {}),
        },
      },
    },
    PAGED,
  );
  const shown = query.data && {
    ...query.data,
    items: query.data.items.filter((one) => one.key.toLowerCase().includes(search)),
  };
  const refresh = async () => {
    const { data } = await keyed((header) =>
      api.POST("/stations/{station_id}/configuration/refresh", { params: { path, header }, body: {} }),
    );
    tell(t("station.refresh_asked"), data);
  };
  return (
    <section class="stack">
      <h2>{t("station.tab_configuration")}</h2>
      <div class="filters">
        <SearchField
          label={t("station.search_key")}
          value={asked.search ?? ""}
          change={(text) => go({ search: text }, true)}
          maxLength={50}
        />
        <CheckField
          label={t("station.only_differing")}
          checked={differs}
          change={(checked) => go({ differs: checked ? "1" : undefined })}
        />
        {mayAct && (
          <button type="button" class="button" onClick={() => void attempt(refresh)}>
            {t("station.refresh_configuration")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("station.tab_configuration")}
        columns={columns(mayAct ? setEdited : undefined)}
        query={{ ...query, data: shown }}
        rowId={(one) => one.key}
        paging={paging}
        empty={t(differs || search ? "station.configuration_none_found" : "station.configuration_empty")}
      />
      {edited && (
        <ValueDialog
          title={edited.key}
          value={edited.wished ?? edited.value ?? ""}
          secret={edited.secret}
          wished={edited.wished}
          save={(value) =>
            api.PATCH("/stations/{station_id}/configuration", {
              params: { path },
              body: { [edited.key]: value },
            })
          }
          field={edited.key}
          close={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

function columns(edit: ((key: Key) => void) | undefined): Column<Key>[] {
  return [
    { id: "key", header: t("station.key"), cell: (one) => <span class="mono station-words">{one.key}</span> },
    {
      id: "value",
      header: t("station.value"),
      cell: (one) => <Value value={one.value} secret={one.secret} />,
    },
    {
      id: "wished",
      header: t("station.wished"),
      cell: (one) => <WishedValue wished={one.wished} differs={one.differs} secret={one.secret} />,
    },
    { id: "flags", header: t("station.notes"), cell: notes },
    { id: "read", header: t("station.read_at"), cell: (one) => <Ago at={one.read_at} /> },
    ...(edit
      ? [
          {
            id: "edit",
            header: t("station.change"),
            cell: (one: Key) =>
              one.readonly ? (
                "–"
              ) : (
                <button type="button" class="button" onClick={() => edit(one)}>
                  {t("station.change")}
                  <span class="visually-hidden"> {one.key}</span>
                </button>
              ),
          },
        ]
      : []),
  ];
}

function notes(one: Key): string {
  const said = [
    one.readonly && t("station.readonly"),
    one.known === false && t("station.unknown_key"),
    one.reboot_required && t("station.reboot_required"),
  ];
  return said.filter(Boolean).join(", ") || "–";
}

export function Value({ value, secret }: { value: string | null; secret: boolean }) {
  if (secret) return <span class="muted">{t("station.secret")}</span>;
  return <span class="mono station-words">{value ?? "–"}</span>;
}

export function WishedValue({
  wished,
  differs,
  secret,
}: {
  wished: string | null;
  differs: boolean;
  secret: boolean;
}) {
  if (wished === null) return <>–</>;
  return (
    <span class="row">
      <Value value={wished} secret={secret} />
      {differs && (
        <span class="badge" data-tone="warning">
          {t("station.differs")}
        </span>
      )}
    </span>
  );
}
