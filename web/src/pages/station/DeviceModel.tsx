/** The device model of a station of OCPP 2.x: its variables by component, with what is wished of them. */
import { useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { CheckField } from "../../parts/fields.tsx";
import { SearchField } from "../../parts/SearchField.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { Value, WishedValue } from "./Configuration.tsx";
import type { Station } from "./orders.ts";
import { ReportDialog, Reports } from "./Reports.tsx";
import { ValueDialog } from "./ValueDialog.tsx";

type Variable = Schemas["Variable"];
type Attribute = Schemas["Attribute"];
type AttributeName = NonNullable<Schemas["WishedVariable"]["attribute"]>;
const ATTRIBUTES: readonly AttributeName[] = ["Actual", "Target", "MinSet", "MaxSet"];

/** An attribute of a variable: a row of the table. */
interface Row {
  variable: Variable;
  name: AttributeName;
  attribute: Attribute;
}

const LIMIT = 50;

export default function DeviceModel({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const mayAct = useMay("operator");
  const { query: asked, go } = useAddress();
  const { component, variable } = asked;
  const drift = asked.drift === "1";
  const [edited, setEdited] = useState<Row>();
  const [asking, setAsking] = useState(false);
  const paging = usePaging([path, component, variable, drift]);
  const filters = {
    ...(component ? { component } : {}),
    ...(variable ? { variable } : {}),
    ...(drift ? { drift } : {}),
    ...(paging.cursor ? { cursor: paging.cursor } : {}),
  };
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/variables",
    { params: { path, query: { limit: LIMIT, ...filters } } },
    PAGED,
  );
  const rows = query.data && { ...query.data, items: query.data.items.flatMap(rowsOf) };
  return (
    <>
      <section class="stack">
        <h2>{t("station.tab_variables")}</h2>
        <div class="filters">
          <SearchField
            label={t("station.component")}
            value={component ?? ""}
            change={(text) => go({ component: text }, true)}
            maxLength={50}
          />
          <SearchField
            label={t("station.variable")}
            value={variable ?? ""}
            change={(text) => go({ variable: text }, true)}
            maxLength={50}
          />
          <CheckField
            label={t("station.only_differing")}
            checked={drift}
            change={(checked) => go({ drift: checked ? "1" : undefined })}
          />
          {mayAct && (
            <button type="button" class="button" onClick={() => setAsking(true)}>
              {t("station.ask_report")}
            </button>
          )}
        </div>
        <DataTable
          caption={t("station.tab_variables")}
          columns={columns(mayAct ? setEdited : undefined)}
          query={{ ...query, data: rows }}
          rowId={({ variable: one, name }) => `${nameOf(one)} ${name}`}
          paging={paging}
          empty={t(
            component || variable || drift ? "station.variables_none_found" : "station.variables_empty",
          )}
        />
      </section>
      <Reports station={station} />
      {asking && <ReportDialog station={station} close={() => setAsking(false)} />}
      {edited && <Edit row={edited} stationId={station.station_id} close={() => setEdited(undefined)} />}
    </>
  );
}

function rowsOf(variable: Variable): Row[] {
  const attributes = variable.attributes as Partial<Record<AttributeName, Attribute>>;
  return ATTRIBUTES.flatMap((name) => {
    const attribute = attributes[name];
    return attribute ? [{ variable, name, attribute }] : [];
  });
}

/** `EVSE[left]#1/2.Power[max]`. */
function nameOf(one: Variable): string {
  return `${componentName(one)}.${withInstance(one.variable, one.variable_instance)}`;
}

function componentName(one: Variable): string {
  const name = withInstance(one.component, one.component_instance);
  if (one.evse_id === null) return name;
  return `${name} #${one.evse_id}${one.connector_id === null ? "" : `/${one.connector_id}`}`;
}

const withInstance = (name: string, instance: string | null) => (instance ? `${name}[${instance}]` : name);

function columns(edit: ((row: Row) => void) | undefined): Column<Row>[] {
  return [
    {
      id: "component",
      header: t("station.component"),
      cell: ({ variable }) => <span class="station-words station-name">{componentName(variable)}</span>,
    },
    {
      id: "variable",
      header: t("station.variable"),
      cell: ({ variable, name }) => (
        <span class="station-words station-name">
          {withInstance(variable.variable, variable.variable_instance)}
          {name !== "Actual" && <span class="muted"> · {name}</span>}
        </span>
      ),
    },
    {
      id: "value",
      header: t("station.value"),
      cell: ({ variable, attribute }) => (
        <span>
          <Value value={attribute.value} secret={attribute.secret} />
          {attribute.value !== null && variable.characteristics?.unit && (
            <span class="muted"> {variable.characteristics.unit}</span>
          )}
        </span>
      ),
    },
    {
      id: "wished",
      header: t("station.wished"),
      cell: ({ attribute }) => (
        <WishedValue wished={attribute.wished} differs={attribute.differs} secret={attribute.secret} />
      ),
    },
    { id: "notes", header: t("station.notes"), cell: notes },
    {
      id: "read",
      header: t("station.read_at"),
      cell: ({ variable, attribute }) => <Ago at={attribute.read_at ?? variable.reported_at} />,
    },
    ...(edit
      ? [
          {
            id: "edit",
            header: t("station.change"),
            cell: (row: Row) =>
              row.attribute.mutability === "ReadOnly" || row.attribute.constant ? (
                "–"
              ) : (
                <button type="button" class="button" onClick={() => edit(row)}>
                  {t("station.change")}
                  <span class="visually-hidden"> {nameOf(row.variable)}</span>
                </button>
              ),
          },
        ]
      : []),
  ];
}

function notes({ attribute }: Row): string {
  const said = [
    attribute.mutability === "ReadOnly" && t("station.readonly"),
    attribute.mutability === "WriteOnly" && t("station.writeonly"),
    attribute.known === false && t("station.unknown_key"),
    attribute.reboot_required && t("station.reboot_required"),
    attribute.status !== "Accepted" && attribute.status,
    attribute.reason_code,
  ];
  return said.filter(Boolean).join(", ") || "–";
}

function Edit({ row, stationId, close }: { row: Row; stationId: string; close: () => void }) {
  const { variable, name, attribute } = row;
  const { characteristics } = variable;
  const bounds = [characteristics?.min_limit, characteristics?.max_limit];
  const hint = [
    characteristics?.data_type,
    characteristics?.unit,
    bounds.some((one) => one !== null && one !== undefined) && bounds.map((one) => one ?? "").join(" … "),
  ];
  const of = {
    component: variable.component,
    component_instance: variable.component_instance,
    evse_id: variable.evse_id,
    connector_id: variable.connector_id,
    variable: variable.variable,
    variable_instance: variable.variable_instance,
    attribute: name,
  };
  const choices = characteristics?.data_type === "boolean" ? ["true", "false"] : characteristics?.values;
  return (
    <ValueDialog
      title={`${nameOf(variable)}${name === "Actual" ? "" : ` (${name})`}`}
      value={attribute.wished ?? attribute.value ?? ""}
      secret={attribute.secret}
      wished={attribute.wished}
      hint={hint.filter(Boolean).join(", ")}
      choices={characteristics?.data_type === "OptionList" || choices?.length === 2 ? choices : null}
      save={(value) =>
        api.PATCH("/stations/{station_id}/variables", {
          params: { path: { station_id: stationId } },
          body: { variables: [{ ...of, value }] },
        })
      }
      field="variables.0.value"
      close={close}
    />
  );
}
