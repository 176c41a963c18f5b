/** Curves over time. The library is fetched when the first chart is drawn. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { number, time } from "../format.ts";
import { locale, t } from "../texts/index.ts";
import { Failed } from "./states.tsx";

export interface Series {
  label: string;
  /** One value for each time; null: none was taken. */
  values: readonly (number | null)[];
  /** `kW`, `%`, or nothing of what is counted: series of one unit share an axis. */
  unit: string;
  /** A value as it is written, without its unit. */
  write?: (value: number) => string;
  /** Holds until the next (limits, states), instead of a line from one to the next. */
  stepped?: boolean;
  filled?: boolean;
}

interface Properties {
  title: string;
  /** ISO 8601, in order. */
  times: readonly string[];
  series: readonly Series[];
  height?: number;
  /** Mark the present, where the times go beyond it. */
  marksNow?: boolean;
}

const COLOURS = ["--accent", "--info", "--warning", "--danger", "--muted"];
const MOST_ROWS = 500;
const MOST_DIGITS = 3;
const DARK = matchMedia("(prefers-color-scheme: dark)");

export function Chart({ title, times, series, height = 220, marksNow = false }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const dark = useDark();
  const [error, setError] = useState<unknown>();
  // The table may have hundreds of rows: it is made for whoever opens it.
  const [asTable, setAsTable] = useState(false);
  // Drawn anew in another scheme: a canvas keeps the colours with which it was drawn.
  useEffect(() => {
    const element = frame.current;
    if (!element || times.length === 0) return;
    let plot: uPlot | undefined;
    let gone = false;
    const size = () => ({ width: element.clientWidth, height });
    const watching = new ResizeObserver(() => plot?.setSize(size()));
    import("./plot.ts").then(({ draw }) => {
      if (gone) return;
      plot = draw(element, times, series, size(), COLOURS, locale(), marksNow);
      watching.observe(element);
    }, setError);
    return () => {
      gone = true;
      watching.disconnect();
      plot?.destroy();
    };
  }, [times, series, height, dark, marksNow]);
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      {error ? (
        <Failed error={error} retry={() => location.reload()} />
      ) : (
        <div ref={frame} class="chart-frame" aria-hidden="true" />
      )}
      <details onToggle={(event) => setAsTable(event.currentTarget.open)}>
        <summary>{t("chart.as_table")}</summary>
        {asTable && <Table times={times} series={series} />}
      </details>
    </figure>
  );
}

function Table({ times, series }: Pick<Properties, "times" | "series">) {
  const skipped = Math.max(0, times.length - MOST_ROWS);
  return (
    <>
      {skipped > 0 && <p class="muted">{t("chart.latest", { count: number(MOST_ROWS) })}</p>}
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t("chart.time")}</th>
              {series.map((one) => (
                <th key={one.label} scope="col" class="number">
                  {one.unit ? `${one.label} (${one.unit})` : one.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(skipped).map((at, row) => (
              <tr key={at}>
                <td>{time(at)}</td>
                {series.map((one) => (
                  <td key={one.label} class="number">
                    {written(one, one.values[skipped + row])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function written({ write }: Series, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return write ? write(value) : number(value, MOST_DIGITS);
}

/** Whether the system is dark now. */
function useDark(): boolean {
  const [dark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const look = () => setDark(DARK.matches);
    DARK.addEventListener("change", look);
    return () => DARK.removeEventListener("change", look);
  }, []);
  return dark;
}
