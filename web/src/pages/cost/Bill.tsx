/** What this stage has cost, as AWS has metered it. */
import { keepPreviousData } from "@tanstack/react-query";
import { queries, type Schemas } from "../../api/client.ts";
import { money, number } from "../../format.ts";
import { useAddress } from "../../parts/address.ts";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { Async } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import { Bars } from "./Bars.tsx";
import { Days } from "./Days.tsx";
import { dayOf, daysBefore, today } from "./days.ts";
import { Lines } from "./Lines.tsx";

/** The API looks at no more at once. */
const MOST_DAYS = 92;
const SPANS = ["7", "30", "92"];
const CHOSEN = "chosen";
/** Each request is paid for: nothing but the viewer asks again, not even that the feed stands again. */
const ASKED_ONCE = {
  staleTime: "static",
  refetchOnMount: false,
  refetchOnReconnect: false,
  refetchOnWindowFocus: false,
  placeholderData: keepPreviousData,
} as const;

export function Bill() {
  const { query, go } = useAddress();
  const to = dayOf(query.to) ?? today();
  const from = dayOf(query.from) ?? daysBefore(to, 6);
  const bill = queries.useQuery("get", "/cloud-costs", { params: { query: { from, to } } }, ASKED_ONCE);
  const span = SPANS.find((days) => to === today() && from === daysBefore(to, Number(days) - 1)) ?? CHOSEN;
  const choose = (days: string) => {
    if (days !== CHOSEN) go({ from: daysBefore(today(), Number(days) - 1), to: today() });
  };
  return (
    <section class="stack" aria-labelledby="cost-bill">
      <h2 id="cost-bill">{t("cost.bill")}</h2>
      <div class="filters">
        <SelectField
          label={t("cost.span")}
          value={span}
          change={choose}
          options={[
            ...SPANS.map((days) => ({ value: days, text: t("cost.last_days", { count: days }) })),
            ...(span === CHOSEN ? [{ value: CHOSEN, text: t("cost.chosen_days") }] : []),
          ]}
        />
        <TextField
          label={t("cost.from")}
          type="date"
          value={from}
          min={daysBefore(to, MOST_DAYS - 1)}
          max={to}
          change={(wanted) => dayOf(wanted) && go({ from: wanted, to })}
        />
        <TextField
          label={t("cost.to")}
          type="date"
          value={to}
          min={from}
          max={today()}
          change={(wanted) => dayOf(wanted) && go({ from, to: wanted })}
        />
        <button type="button" class="button" disabled={bill.isFetching} onClick={() => void bill.refetch()}>
          {t("cost.ask_again")}
        </button>
      </div>
      <p class="muted">{t("cost.asking_costs")}</p>
      <Async query={bill}>{(report) => <Report report={report} busy={bill.isFetching} />}</Async>
    </section>
  );
}

function Report({ report, busy }: { report: Schemas["CloudCostReport"]; busy: boolean }) {
  const { total, days } = report;
  return (
    <div class="stack" aria-busy={busy}>
      <div class="figures">
        <Figure
          name="total"
          value={money(total.usd, "USD", 4)}
          more={t("cost.of_days", { count: days.length })}
        />
        <Figure
          name="per_station"
          value={money(total.usd_per_station_month, "USD", 4)}
          more={t("cost.per_station_more")}
        />
        <Figure
          name="per_transaction"
          value={money(total.usd_per_transaction, "USD", 4)}
          more={t("cost.transactions", { count: total.transactions_started })}
        />
        <Figure
          name="connected"
          value={number(total.stations_connected, 1)}
          more={t("cost.open_now", { count: report.connections_open })}
        />
        <Figure name="messages" value={number(total.messages)} more={t("cost.messages_more")} />
      </div>
      <Bars days={days} total={total.by_service} />
      <Days days={days} />
      <Lines
        lines={total.lines}
        total={total.usd}
        prices={report.prices}
        region={report.region}
        caption={t("cost.what")}
      />
      <p class="muted">{t("cost.not_in_it")}</p>
    </div>
  );
}

interface FigureProperties {
  name: "total" | "per_station" | "per_transaction" | "connected" | "messages";
  value: string;
  more: string;
}

function Figure({ name, value, more }: FigureProperties) {
  return (
    <div class="figure" data-figure={name}>
      <span>{t(`cost.${name}`)}</span>
      <strong>{value}</strong>
      <span class="muted">{more}</span>
    </div>
  );
}
