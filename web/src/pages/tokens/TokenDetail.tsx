import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { ApiError, api, queries, refresh, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { durationOf, energy, list, money, number, time, yesNo } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Confirm, Dialog } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { StationLink, TransactionLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { draftOf, settingsOf } from "./draft.ts";
import { getToken, type Known, putToken } from "./put.ts";
import { TokenForm } from "./TokenForm.tsx";
import { TokenStatus } from "./TokenList.tsx";

type IdToken = Schemas["IdToken"];
type Asked = "edit" | "block" | "delete" | undefined;

/** All of a token: what is set, what it did last, and what one may do with it. */
export function TokenDetail({ idToken, close }: { idToken: string; close: () => void }) {
  const [asked, setAsked] = useState<Asked>();
  const mayEdit = useMay("operator");
  const query = useQuery({
    // By its path in second place it is read anew with all others of /id-tokens.
    queryKey: ["revision", "/id-tokens/{id_token}", idToken],
    queryFn: () => getToken(idToken),
    // While it is deleted it is not read anew: it may be gone.
    enabled: asked !== "delete",
  });
  return (
    <Dialog title={t("tokens.one", { id_token: idToken })} close={close}>
      {isUnknown(query.error) ? (
        <Unknown idToken={idToken} mayCreate={mayEdit} />
      ) : (
        <Async query={query}>
          {(known) => (
            <div class="stack">
              <TokenFacts token={known.token} />
              {mayEdit && (
                <div class="row">
                  <button type="button" class="button primary" onClick={() => setAsked("edit")}>
                    {t("tokens.edit")}
                  </button>
                  <button type="button" class="button" onClick={() => setAsked("block")}>
                    {t(known.token.status === "Blocked" ? "tokens.unblock" : "tokens.block")}
                  </button>
                  <button type="button" class="button danger" onClick={() => setAsked("delete")}>
                    {t("tokens.delete")}
                  </button>
                </div>
              )}
              <LatestTransactions idToken={known.token.id_token} />
              {asked === "edit" && <TokenForm known={known} close={() => setAsked(undefined)} />}
              {asked === "block" && <Block known={known} close={() => setAsked(undefined)} />}
              {asked === "delete" && (
                <Delete idToken={idToken} close={() => setAsked(undefined)} deleted={close} />
              )}
            </div>
          )}
        </Async>
      )}
    </Dialog>
  );
}

const NOT_FOUND = 404;
const isUnknown = (error: unknown) => error instanceof ApiError && error.status === NOT_FOUND;

/** A card that nobody has entered may have charged nevertheless: what it did leads here. */
function Unknown({ idToken, mayCreate }: { idToken: string; mayCreate: boolean }) {
  const [creating, setCreating] = useState(false);
  return (
    <div class="stack">
      <p>{t("tokens.unknown")}</p>
      {mayCreate && (
        <div class="row">
          <button type="button" class="button primary" onClick={() => setCreating(true)}>
            {t("tokens.create_this")}
          </button>
        </div>
      )}
      <LatestTransactions idToken={idToken} />
      {creating && <TokenForm id={idToken} close={() => setCreating(false)} />}
    </div>
  );
}

function TokenFacts({ token }: { token: IdToken }) {
  const stations = token.allowed_stations.map((one) =>
    one.evse_ids.length ? `${one.station_id} (EVSE ${one.evse_ids.join(", ")})` : one.station_id,
  );
  const facts = [
    [t("tokens.status"), <TokenStatus key="status" token={token} />],
    [t("tokens.expires"), token.expires_at ? time(token.expires_at) : t("tokens.never")],
    [t("tokens.group"), token.group_id && <GroupLink key="group" id={token.group_id} />],
    [t("tokens.type"), token.type ?? t("tokens.any")],
    [t("tokens.several"), yesNo(token.concurrent)],
    [t("tokens.tariff"), token.tariff_id],
    [t("tokens.balance"), token.balance === null ? t("tokens.not_prepaid") : money(token.balance, null)],
    [t("tokens.language"), token.language],
    [t("tokens.stations"), stations.length ? list(stations) : t("tokens.everywhere")],
    [
      t("tokens.connector_types"),
      token.allowed_connector_types.length ? list(token.allowed_connector_types) : t("tokens.any"),
    ],
    [t("tokens.hours"), token.hours.length ? token.hours.map(hoursText).join("; ") : t("tokens.always")],
    [t("tokens.limit"), limitText(token.limit)],
  ] as const;
  return (
    <>
      {token.warnings.map((warning) => (
        <div key={warning} class="notice" data-tone="warning">
          {warning}
        </div>
      ))}
      <Facts facts={facts} />
    </>
  );
}

function GroupLink({ id }: { id: string }) {
  return <a href={`/tokens?group=${encodeURIComponent(id)}`}>{id}</a>;
}

function hoursText({ days, opens, closes, time_zone }: Schemas["Hours"]): string {
  const names = days.map((day) => t(`day.${day as "mon"}`));
  return `${names.join(", ")} ${opens}–${closes} (${time_zone})`;
}

function limitText(limit: Schemas["TransactionLimit"] | null): string {
  if (!limit) return t("tokens.no_limit");
  const parts = [
    limit.max_energy_wh !== null && energy(limit.max_energy_wh),
    limit.max_time_s !== null && durationOf(limit.max_time_s),
    limit.max_soc_percent !== null && `${number(limit.max_soc_percent)} % SoC`,
    limit.max_cost !== null && `${t("tokens.cost")} ${money(limit.max_cost, null)}`,
  ];
  return list(parts.filter((one): one is string => Boolean(one)));
}

const COLUMNS = (): Column<Schemas["Transaction"]>[] => [
  {
    id: "transaction",
    header: t("tokens.transaction"),
    cell: (row) => <TransactionLink id={row.transaction_id} />,
  },
  { id: "station", header: t("tokens.station"), cell: (row) => <StationLink id={row.station_id} /> },
  { id: "state", header: t("tokens.state"), cell: (row) => <Status value={row.state} /> },
  { id: "started", header: t("tokens.started"), cell: (row) => <Time at={row.started_at} /> },
  { id: "energy", header: t("tokens.energy"), cell: (row) => energy(row.energy_wh), numeric: true },
];

function LatestTransactions({ idToken }: { idToken: string }) {
  const query = queries.useQuery("get", "/transactions", {
    params: { query: { id_token: idToken, limit: 5 } },
  });
  const more = `/transactions?token=${encodeURIComponent(idToken)}`;
  return (
    <section class="stack">
      <div class="card-head">
        <h3>{t("tokens.latest")}</h3>
        {query.data?.next_cursor && <a href={more}>{t("tokens.all_transactions")}</a>}
      </div>
      <DataTable
        caption={t("tokens.latest")}
        columns={COLUMNS()}
        query={query}
        rowId={(row) => row.transaction_id}
        empty={t("tokens.no_transactions")}
      />
    </section>
  );
}

function Block({ known: { token, revision }, close }: { known: Known; close: () => void }) {
  const isBlocked = token.status === "Blocked";
  const values = { id_token: token.id_token };
  const save = () =>
    putToken(
      token.id_token,
      { ...settingsOf(draftOf(token), token), status: isBlocked ? "Accepted" : "Blocked" },
      revision,
    );
  return (
    <Confirm
      title={t(isBlocked ? "tokens.unblock_title" : "tokens.block_title", values)}
      action={t(isBlocked ? "tokens.unblock" : "tokens.block")}
      run={() => attempt(save, t(isBlocked ? "tokens.unblocked" : "tokens.blocked", values))}
      close={close}
    >
      {t(isBlocked ? "tokens.unblock_text" : "tokens.block_text")}
    </Confirm>
  );
}

function Delete({ idToken, close, deleted }: { idToken: string; close: () => void; deleted: () => void }) {
  const remove = async () => {
    await api.DELETE("/id-tokens/{id_token}", { params: { path: { id_token: idToken } } });
    deleted();
    await refresh("/id-tokens", "/groups");
  };
  return (
    <Confirm
      danger
      title={t("tokens.delete_title", { id_token: idToken })}
      action={t("tokens.delete")}
      run={() => attempt(remove, t("tokens.deleted", { id_token: idToken }))}
      close={close}
    >
      {t("tokens.delete_text")}
    </Confirm>
  );
}
