import { useMemo, useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { yesNo } from "../../format.ts";
import { type Address, useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { SearchField } from "../../parts/SearchField.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { standingOf } from "./draft.ts";
import { useGroupIds } from "./known.ts";
import { TokenDetail } from "./TokenDetail.tsx";
import { TokenForm } from "./TokenForm.tsx";

type IdToken = Schemas["IdToken"];
const LONGEST = 255;

export function TokenList() {
  const address = useAddress();
  const { search = "", group = "", token } = address.query;
  const [creating, setCreating] = useState(false);
  const mayEdit = useMay("operator");
  const paging = usePaging([search, group]);
  const query = queries.useQuery(
    "get",
    "/id-tokens",
    { params: { query: { search, group_id: group || undefined, limit: 25, cursor: paging.cursor } } },
    PAGED,
  );
  const columns = useMemo(() => columnsFor(address), [address.query]);
  return (
    <>
      <div class="filters">
        <SearchField
          label={t("tokens.search")}
          value={search}
          maxLength={LONGEST}
          change={(wanted) => address.go({ search: wanted }, true)}
        />
        <SearchField
          label={t("tokens.group")}
          value={group}
          maxLength={LONGEST}
          suggestions={useGroupIds()}
          change={(wanted) => address.go({ group: wanted }, true)}
        />
        {mayEdit && (
          <button type="button" class="button primary" onClick={() => setCreating(true)}>
            {t("tokens.create")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("tokens.tokens")}
        columns={columns}
        query={query}
        rowId={(row) => row.id_token}
        paging={paging}
        empty={search || group ? t("tokens.none_found") : t("tokens.none")}
      />
      {token && <TokenDetail key={token} idToken={token} close={() => address.go({ token: undefined })} />}
      {creating && (
        <TokenForm
          close={() => setCreating(false)}
          saved={(idToken) => address.go({ token: idToken })}
          group={group}
        />
      )}
    </>
  );
}

function columnsFor(address: Address): Column<IdToken>[] {
  return [
    {
      id: "id_token",
      header: t("tokens.token"),
      cell: (row) => (
        <a class="mono" href={address.at({ token: row.id_token })}>
          {row.id_token}
        </a>
      ),
    },
    { id: "status", header: t("tokens.status"), cell: (row) => <TokenStatus token={row} /> },
    {
      id: "group",
      header: t("tokens.group"),
      cell: (row) => (row.group_id ? <a href={address.at({ group: row.group_id })}>{row.group_id}</a> : "–"),
    },
    { id: "type", header: t("tokens.type"), cell: (row) => row.type ?? "–" },
    { id: "tariff", header: t("tokens.tariff"), cell: (row) => row.tariff_id ?? "–" },
    { id: "concurrent", header: t("tokens.several"), cell: (row) => yesNo(row.concurrent) },
    { id: "expires", header: t("tokens.expires"), cell: (row) => <Time at={row.expires_at} /> },
  ];
}

/** What stations are told of a token now. */
export function TokenStatus({ token }: { token: IdToken }) {
  return <Status value={standingOf(token, Date.now())} />;
}
