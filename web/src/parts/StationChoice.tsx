/** A choice of stations in a form, and how many it comes to. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { list, number } from "../format.ts";
import { t } from "../texts/index.ts";
import { type Choice, chosenOf, fits, type Selection } from "./choice.ts";
import { AreaField, SelectField, TextField } from "./fields.tsx";

const AT_ONCE = 200;
/** Of larger fleets it is not counted how many stations fit. */
const MOST_READ = 2_000;

interface Properties {
  choice: Choice;
  change: (choice: Choice) => void;
  wrong: (path: string) => string | undefined;
}

export function StationChoice({ choice, change, wrong }: Properties) {
  const field = (name: "prefix" | "vendor" | "model" | "firmwareVersion") => ({
    label: t(`choice.${name}`),
    value: choice[name],
    change: (value: string) => change({ ...choice, [name]: value }),
  });
  return (
    <fieldset class="form-part">
      <legend>{t("choice.stations")}</legend>
      <SelectField
        label={t("choice.how")}
        value={choice.by}
        change={(by) => change({ ...choice, by: by === "list" ? "list" : "selection" })}
        options={[
          { value: "selection", text: t("choice.by_selection") },
          { value: "list", text: t("choice.by_list") },
        ]}
      />
      {choice.by === "list" ? (
        <AreaField
          label={t("choice.ids")}
          hint={t("choice.ids_hint")}
          value={choice.list}
          change={(value) => change({ ...choice, list: value })}
          wrong={wrong("stations")}
        />
      ) : (
        <>
          <div class="columns">
            <TextField {...field("prefix")} wrong={wrong("selection")} />
            <TextField {...field("vendor")} />
            <TextField {...field("model")} />
            <TextField {...field("firmwareVersion")} />
            <SelectField
              label={t("choice.online")}
              value={choice.online}
              change={(online) => change({ ...choice, online })}
              options={[
                { value: "", text: t("choice.online_both") },
                { value: "yes", text: t("status.online") },
                { value: "no", text: t("status.offline") },
              ]}
            />
          </div>
          <p class="muted">{t("choice.hint")}</p>
        </>
      )}
    </fieldset>
  );
}

/** Which stations a selection means, in words. */
export function selectionText(selection: Selection): string {
  const said = [
    selection.station_id_prefix && `${t("choice.prefix")} ${selection.station_id_prefix}`,
    selection.vendor && `${t("choice.vendor")} ${selection.vendor}`,
    selection.model && `${t("choice.model")} ${selection.model}`,
    selection.firmware_version && `${t("choice.firmwareVersion")} ${selection.firmware_version}`,
    typeof selection.online === "boolean" && t(selection.online ? "status.online" : "status.offline"),
    selection.registration && `${t("choice.registration")} ${selection.registration}`,
  ];
  return list(said.filter((one) => typeof one === "string" && one !== "").map(String));
}

/** Which stations are chosen, with their number as far as it is known: before something begins at all of them. */
export function ChosenStations({ choice }: { choice: Choice }) {
  const chosen = chosenOf(choice);
  const selection = chosen && "selection" in chosen ? chosen.selection : undefined;
  const count = useQuery({
    queryKey: ["stations of a selection", selection],
    queryFn: () => countFitting(selection ?? {}),
    enabled: selection !== undefined,
    gcTime: 0,
  });
  if (chosen && "stations" in chosen)
    return (
      <>{t("choice.named", { count: chosen.stations.length, ids: list(chosen.stations.slice(0, 5)) })}</>
    );
  if (!selection) return <>–</>;
  return (
    <span aria-live="polite">
      {selectionText(selection)}
      {count.data !== undefined && ` · ${fitting(count.data)}`}
    </span>
  );
}

const fitting = (count: number | null): string =>
  count === null ? t("choice.many") : t("choice.fit", { count, number: number(count) });

/** Null: the fleet is too large to look through. */
async function countFitting(selection: Selection): Promise<number | null> {
  let [count, read] = [0, 0];
  let cursor: string | undefined;
  do {
    const { data } = await api.GET("/stations", {
      params: { query: { limit: AT_ONCE, ...(cursor ? { cursor } : {}) } },
    });
    const items = data?.items ?? [];
    count += items.filter((one) => fits(selection, one)).length;
    read += items.length;
    cursor = data?.next_cursor ?? undefined;
  } while (cursor !== undefined && read < MOST_READ);
  return cursor === undefined ? count : null;
}
