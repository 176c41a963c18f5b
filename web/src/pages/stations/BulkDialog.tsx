import { useId, useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { number } from "../../format.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField } from "../../parts/fields.tsx";
import { Async } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { t } from "../../texts/index.ts";
import { type Family, offersOf, payloadOf } from "./bulk.ts";
import type { Filters } from "./filters.ts";
import { type ByFamily, MOST_STATIONS, useStations } from "./found.ts";

interface Properties {
  /** The stations that are called; undefined: all that fit the filters. */
  chosen: readonly Schemas["Station"][] | undefined;
  filters: Filters;
  close: () => void;
  made: (jobId: string) => void;
}

/** Send one call to many stations: what it is, to how many, and then it goes. */
export function BulkDialog({ chosen, filters, close, made }: Properties) {
  const query = useStations(chosen, filters);
  return (
    <Dialog title={t("stations.bulk")} close={close}>
      <Async query={query}>{(found) => <Form found={found} close={close} made={made} />}</Async>
    </Dialog>
  );
}

const FAMILIES: readonly Family[] = ["1.6", "2.x"];

function Form({ found, close, made }: { found: ByFamily; close: () => void; made: (jobId: string) => void }) {
  const known = FAMILIES.filter((one) => found[one].length > 0);
  const [family, setFamily] = useState<Family>(known[0] ?? "1.6");
  const [offer, setOffer] = useState(0);
  const chosen = offersOf(family)[offer];
  const [text, setText] = useState(pretty(chosen?.payload));
  const stations = found[family];
  const payload = payloadOf(text);
  const choose = (wantedFamily: Family, wanted: number) => {
    setFamily(wantedFamily);
    setOffer(wanted);
    setText(pretty(offersOf(wantedFamily)[wanted]?.payload));
  };
  const { busy, error, submit, wrong } = useSubmit(
    async (header) => {
      if (!chosen || !payload) return;
      const { data } = await api.POST("/calls", {
        params: { header },
        body: { action: chosen.action, payload, stations: [...stations] },
      });
      await refresh("/jobs");
      if (data) made(data.job_id);
    },
    ["payload"],
  );
  if (known.length === 0) return <p>{t("stations.bulk_nobody")}</p>;
  const tooMany = stations.length > MOST_STATIONS;
  return (
    <form class="stack" onSubmit={submit}>
      <div class="fields">
        {known.length > 1 && (
          <SelectField
            label={t("stations.bulk_stations")}
            hint={t("stations.bulk_versions")}
            value={family}
            change={(value) => choose(FAMILIES.find((one) => one === value) ?? family, 0)}
            options={known.map((value) => ({
              value,
              text: t("stations.bulk_family", { family: value, number: number(found[value].length) }),
            }))}
          />
        )}
        <SelectField
          label={t("stations.action")}
          value={String(offer)}
          change={(value) => choose(family, Number(value))}
          options={offersOf(family).map((one, index) => ({ value: String(index), text: one.action }))}
        />
      </div>
      <PayloadField
        value={text}
        change={setText}
        wrong={payload ? wrong("payload") : t("stations.payload_wrong")}
      />
      {found.unknown.length > 0 && (
        <p class="muted">{t("stations.bulk_unknown", { count: found.unknown.length })}</p>
      )}
      {tooMany && (
        <div class="notice" data-tone="warning">
          {t("stations.bulk_too_many", { number: number(MOST_STATIONS) })}
        </div>
      )}
      <p>
        <strong>{t("stations.bulk_sure", { count: stations.length, action: chosen?.action ?? "" })}</strong>{" "}
        {t("stations.bulk_offline")}
      </p>
      <FormEnd
        busy={busy}
        error={error}
        disabled={!payload || tooMany}
        action={t("stations.bulk_send", { count: stations.length })}
        close={close}
      />
    </form>
  );
}

interface PayloadProperties {
  value: string;
  change: (value: string) => void;
  wrong: string | undefined;
}

function PayloadField({ value, change, wrong }: PayloadProperties) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("stations.payload")}</label>
      <textarea
        id={id}
        class="mono"
        rows={5}
        spellcheck={false}
        value={value}
        aria-invalid={Boolean(wrong)}
        aria-describedby={wrong && `${id}-wrong`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {wrong && (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

const pretty = (payload: unknown) => JSON.stringify(payload ?? {}, null, 2);
