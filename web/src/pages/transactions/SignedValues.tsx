/** Values that a meter has signed, to be saved: what checks them is elsewhere. */
import { type Schemas, saveAs } from "../../api/client.ts";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { signedOf } from "./signed.ts";

interface Properties {
  transactionId: string;
  values: readonly Schemas["MeterValue"][];
}

/** The first and the last are what a bill stands on. */
const SHOWN_ENDS = 5;

export function SignedValues({ transactionId, values }: Properties) {
  const signed = signedOf(values);
  if (signed.length === 0) return null;
  const shown =
    signed.length <= 2 * SHOWN_ENDS ? signed : [...signed.slice(0, SHOWN_ENDS), ...signed.slice(-SHOWN_ENDS)];
  const save = () =>
    saveAs(
      new Blob([JSON.stringify({ transaction_id: transactionId, signed_meter_values: signed }, null, 2)], {
        type: "application/json",
      }),
      `${transactionId}-signed.json`,
    );
  return (
    <section class="card" aria-labelledby="transaction-signed">
      <div class="card-head">
        <h2 id="transaction-signed">{t("transactions.signed")}</h2>
        <button type="button" class="button" onClick={save}>
          {t("transactions.signed_save", { count: signed.length })}
        </button>
      </div>
      <p class="muted">{t("transactions.signed_about")}</p>
      <ul class="stack">
        {shown.map((one, index) => (
          <li key={index} class="words">
            <Time at={one.timestamp} /> · {one.context} · {one.encoding_method ?? one.signing_method ?? "–"}
          </li>
        ))}
      </ul>
    </section>
  );
}
