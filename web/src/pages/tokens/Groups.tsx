import { useState } from "preact/hooks";
import { api, queries, refresh, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Confirm } from "../../parts/Dialog.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { GroupForm } from "./GroupForm.tsx";
import { getGroup, type KnownGroup } from "./put.ts";

type Group = Schemas["Group"];

/** Groups that have a name or a tariff, with their tokens a link away. */
export function Groups() {
  const [edited, setEdited] = useState<KnownGroup | "new">();
  const [removed, setRemoved] = useState<Group>();
  const mayEdit = useMay("operator");
  const paging = usePaging("groups");
  const query = queries.useQuery(
    "get",
    "/groups",
    { params: { query: { limit: 25, cursor: paging.cursor } } },
    PAGED,
  );
  const edit = ({ group_id }: Group) => attempt(async () => setEdited(await getGroup(group_id)));
  const columns: Column<Group>[] = [
    { id: "group", header: t("tokens.group"), cell: (row) => <span class="mono">{row.group_id}</span> },
    { id: "name", header: t("tokens.name"), cell: (row) => row.name ?? "–" },
    { id: "tariff", header: t("tokens.tariff"), cell: (row) => row.tariff_id ?? "–" },
    {
      id: "tokens",
      header: t("tokens.tokens"),
      cell: (row) => <a href={`/tokens?group=${encodeURIComponent(row.group_id)}`}>{t("tokens.of_group")}</a>,
    },
  ];
  if (mayEdit)
    columns.push({
      id: "actions",
      header: t("tokens.actions"),
      cell: (row) => (
        <span class="row">
          <button type="button" class="button" onClick={() => void edit(row)}>
            {t("tokens.edit")}
          </button>
          <button type="button" class="button danger" onClick={() => setRemoved(row)}>
            {t("tokens.delete")}
          </button>
        </span>
      ),
    });
  return (
    <>
      {mayEdit && (
        <div class="row">
          <button type="button" class="button primary" onClick={() => setEdited("new")}>
            {t("tokens.create_group")}
          </button>
        </div>
      )}
      <DataTable
        caption={t("tokens.groups")}
        columns={columns}
        query={query}
        rowId={(row) => row.group_id}
        paging={paging}
        empty={t("tokens.no_groups")}
      />
      {edited && (
        <GroupForm {...(edited === "new" ? {} : { known: edited })} close={() => setEdited(undefined)} />
      )}
      {removed && (
        <Confirm
          danger
          title={t("tokens.delete_group_title", { group_id: removed.group_id })}
          action={t("tokens.delete")}
          run={() => attempt(() => remove(removed.group_id), t("tokens.group_deleted"))}
          close={() => setRemoved(undefined)}
        >
          {t("tokens.delete_group_text")}
        </Confirm>
      )}
    </>
  );
}

async function remove(groupId: string): Promise<void> {
  await api.DELETE("/groups/{group_id}", { params: { path: { group_id: groupId } } });
  await refresh("/groups");
}
