/** The certificates that a station has, as it said, and those that it asked for. */
import { useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Confirm } from "../../parts/Dialog.tsx";
import { SelectField } from "../../parts/fields.tsx";
import { useKeyed } from "../../parts/keyed.ts";
import { Status } from "../../parts/Status.tsx";
import { Async, Empty } from "../../parts/states.tsx";
import { Ago, Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { OrderDialog } from "./ask.tsx";
import { InstallDialog } from "./InstallDialog.tsx";
import { type Station, speaks16 } from "./orders.ts";
import { tell } from "./told.ts";

type Certificate = Schemas["Certificate"];
type Request = Schemas["CertificateRequest"];

const LIMIT = 25;
/** In 1.6 types are asked for one by one; these are all that it has. */
const TYPES_16 = ["CentralSystemRootCertificate", "ManufacturerRootCertificate"] as const;
type Asked = "read" | "renew" | "install" | Certificate;

export default function Certificates({ station }: { station: Station }) {
  const [mayAct, mayAdmin] = [useMay("operator"), useMay("admin")];
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const path = { station_id: station.station_id };
  const query = queries.useQuery("get", "/stations/{station_id}/certificates", {
    params: { path, query: { limit: LIMIT } },
  });
  const keyed = useKeyed();
  const renew = async () => {
    const { data } = await keyed((header) =>
      api.POST("/stations/{station_id}/certificates/renewal", {
        params: { path, header },
        body: { certificate_type: "ChargingStationCertificate" },
      }),
    );
    tell(t("station.renew_asked"), data);
  };
  const remove = async (one: Certificate) => {
    const { data } = await api.DELETE("/stations/{station_id}/certificates/{certificate_id}", {
      params: { path: { ...path, certificate_id: one.certificate_id } },
    });
    tell(t("station.delete_certificate_asked"), data);
  };
  return (
    <>
      <section class="stack">
        <div class="card-head">
          <h2>{t("station.certificates")}</h2>
          <div class="row">
            {mayAct && (
              <>
                <button type="button" class="button" onClick={() => setAsked("read")}>
                  {t("station.read_certificates")}
                </button>
                <button type="button" class="button" onClick={() => setAsked("renew")}>
                  {t("station.renew")}
                </button>
              </>
            )}
            {mayAdmin && (
              <button type="button" class="button" onClick={() => setAsked("install")}>
                {t("station.install")}
              </button>
            )}
          </div>
        </div>
        <Async query={query}>
          {({ items }) => (
            <>
              {items.length === 0 && <Empty>{t("station.certificates_none")}</Empty>}
              {items.map((group) => (
                <section key={group.certificate_type} class="card">
                  <div class="card-head">
                    <h3>{word("certificate_type", group.certificate_type)}</h3>
                    <span class="muted">
                      {t("station.read_at")} <Ago at={group.read_at} />
                    </span>
                  </div>
                  <DataTable
                    caption={word("certificate_type", group.certificate_type)}
                    columns={columns(mayAdmin ? setAsked : undefined)}
                    query={{ ...query, data: { items: group.certificates, next_cursor: null } }}
                    rowId={(one) => one.certificate_id}
                    empty={t("station.certificates_none_of_type")}
                  />
                </section>
              ))}
            </>
          )}
        </Async>
      </section>
      <Requests station={station} />
      {asked === "read" && <ReadDialog station={station} close={close} />}
      {asked === "renew" && (
        <Confirm
          title={t("station.renew")}
          action={t("station.renew")}
          run={() => attempt(renew)}
          close={close}
        >
          {t("station.renew_about")}
        </Confirm>
      )}
      {asked === "install" && <InstallDialog station={station} close={close} />}
      {typeof asked === "object" && (
        <Confirm
          danger
          title={t("station.delete_certificate")}
          action={t("station.delete")}
          run={() => attempt(() => remove(asked))}
          close={close}
        >
          {t("station.delete_certificate_about", { name: asked.subject ?? asked.serial_number })}
        </Confirm>
      )}
    </>
  );
}

function ReadDialog({ station, close }: { station: Station; close: () => void }) {
  const [type, setType] = useState<string>(TYPES_16[0]);
  const isAskedByType = speaks16(station);
  return (
    <OrderDialog
      station={station}
      title={t("station.read_certificates")}
      about={t("station.read_certificates_about")}
      action={t("station.read_certificates")}
      order={{
        action: "GetInstalledCertificateIds",
        payload: isAskedByType ? { certificateType: type } : {},
      }}
      close={close}
    >
      {isAskedByType && (
        <SelectField
          label={t("station.kind")}
          value={type}
          change={setType}
          options={TYPES_16.map((value) => ({ value, text: word("certificate_type", value) }))}
        />
      )}
    </OrderDialog>
  );
}

function columns(remove: ((one: Certificate) => void) | undefined): Column<Certificate>[] {
  return [
    {
      id: "subject",
      header: t("station.subject"),
      cell: (one) => <span class="station-words">{one.subject ?? "–"}</span>,
    },
    {
      id: "serial",
      header: t("station.certificate_serial"),
      cell: (one) => <span class="mono station-words">{one.serial_number}</span>,
    },
    { id: "expires", header: t("station.expires_at"), cell: (one) => <Time at={one.expires_at} /> },
    {
      id: "reported",
      header: t("station.reported"),
      cell: (one) => t(one.reported ? "word.yes" : "word.no"),
    },
    ...(remove
      ? [
          {
            id: "delete",
            header: t("station.delete"),
            cell: (one: Certificate) => (
              <button type="button" class="button danger" onClick={() => remove(one)}>
                {t("station.delete")}
                <span class="visually-hidden"> {one.serial_number}</span>
              </button>
            ),
          },
        ]
      : []),
  ];
}

function Requests({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/certificate-requests",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  return (
    <section class="stack">
      <h2>{t("station.certificate_requests")}</h2>
      <DataTable
        caption={t("station.certificate_requests")}
        columns={REQUEST_COLUMNS()}
        query={query}
        rowId={(one) => one.signing_id}
        paging={paging}
        empty={t("station.certificate_requests_none")}
      />
    </section>
  );
}

const REQUEST_COLUMNS = (): Column<Request>[] => [
  { id: "at", header: t("station.asked_at"), cell: (one) => <Time at={one.asked_at} /> },
  {
    id: "type",
    header: t("station.kind"),
    cell: (one) => word("certificate_type", one.certificate_type ?? "ChargingStationCertificate"),
  },
  { id: "state", header: t("station.state"), cell: (one) => <Status value={one.state} /> },
  {
    id: "reason",
    header: t("station.details"),
    cell: (one) => <span class="station-words">{one.reason ?? "–"}</span>,
  },
  {
    id: "serial",
    header: t("station.certificate_serial"),
    cell: (one) => <span class="mono station-words">{one.serial_number ?? "–"}</span>,
  },
];
