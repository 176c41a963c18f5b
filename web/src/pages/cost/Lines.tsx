/** The lines of a bill: what is paid for, how much of it, at what price. */
import type { Schemas } from "../../api/client.ts";
import { money, number, quantity } from "../../format.ts";
import { t, word } from "../../texts/index.ts";

type Price = Schemas["CloudPrice"];

/** All of them: the dots stand below each other. */
const DIGITS = 6;

interface Properties {
  caption: string;
  lines: readonly Schemas["CloudCostLine"][];
  total: number;
  /** Of all that is in the lines. */
  prices: readonly Price[];
  region: string;
}

export function Lines({ caption, lines, total, prices, region }: Properties) {
  const months = prices.map((price) => price.date).sort();
  return (
    <section class="stack" aria-label={caption}>
      <h3>{caption}</h3>
      <div class="table-frame">
        <table class="table cards">
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t("cost.service")}</th>
              <th scope="col">{t("cost.item")}</th>
              <th scope="col" class="number">
                {t("cost.amount")}
              </th>
              <th scope="col" class="number">
                {t("cost.price")}
              </th>
              <th scope="col" class="number">
                {t("cost.usd")}
              </th>
            </tr>
          </thead>
          <tbody>
            {dearestFirst(lines).map((line) => (
              <tr key={line.item} data-row={line.item}>
                <td data-label={t("cost.service")}>{line.service}</td>
                <td data-label={t("cost.item")}>{itemText(line)}</td>
                <td data-label={t("cost.amount")} class="number">
                  {quantity(line.amount)}
                </td>
                <td data-label={t("cost.price")} class="number">
                  <PriceOf price={prices.find((price) => price.item === line.item)} />
                </td>
                <td data-label={t("cost.usd")} class="number">
                  {money(line.usd, "USD", DIGITS, DIGITS)}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={4}>
                {t("cost.total")}
              </th>
              <td class="number">{money(total, "USD", DIGITS, DIGITS)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {months.length > 0 && (
        <p class="muted">
          {t("cost.prices", { region, first: months.at(0) ?? "", last: months.at(-1) ?? "" })}
        </p>
      )}
    </section>
  );
}

/** What is paid for, in the viewer's language if we have it. */
function itemText({ item, unit }: Schemas["CloudCostLine"]): string {
  const text = word("cost.item", item);
  return text === item ? unit : text;
}

const dearestFirst = (lines: Properties["lines"]) => [...lines].sort((one, other) => other.usd - one.usd);

/** A price, with the page it stands on. */
function PriceOf({ price }: { price: Price | undefined }) {
  if (!price) return <>–</>;
  const text = price.per === 1 ? money(price.usd, "USD", 4) : perMany(price);
  if (!price.source.startsWith("https://") || price.source.includes(" ")) return <>{text}</>;
  return (
    <a href={price.source} target="_blank" rel="noreferrer" title={price.date}>
      {text}
    </a>
  );
}

const perMany = ({ usd, per }: Price) => t("cost.price_per", { usd: money(usd, "USD", 4), per: number(per) });
