import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { t } from "../texts/index.ts";
import type { Series } from "./Chart.tsx";

/** The scale of what has no unit. */
const COUNT = "count";
/** Of an axis beside its texts, and of a character of those. */
const [AXIS_PX, CHARACTER_PX] = [22, 7];
const scaleOf = (series: Series): string => series.unit || COUNT;

/** Draw series into an element, in the colours of the scheme that is in force. */
export function draw(
  element: HTMLElement,
  times: readonly string[],
  series: readonly Series[],
  size: { width: number; height: number },
  colours: readonly string[],
  locale: string,
  marksNow: boolean,
): uPlot {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const units = [...new Set(series.map(scaleOf))];
  const lineOf = (index: number) => resolved(element, colours[index % colours.length] ?? "--accent");
  const text = resolved(element, "--muted");
  const grid = resolved(element, "--line");
  const number = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 3 });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const font = `12px ${colour("font-family") || "sans-serif"}`;
  return new uPlot(
    {
      ...size,
      series: [
        {
          label: t("chart.time"),
          value: (_, at) => (at === null ? "–" : new Date(at * 1000).toLocaleString(locale)),
        },
        ...series.map((one, index): uPlot.Series => {
          const line = lineOf(index);
          return {
            label: one.label,
            scale: scaleOf(one),
            stroke: line,
            width: 2,
            points: { show: times.length < 3 },
            ...(one.filled ? { fill: `color-mix(in srgb, ${line} 18%, transparent)` } : {}),
            ...(one.stepped && stepped ? { paths: stepped } : {}),
            value: (_, value) =>
              value === null ? "–" : `${(one.write ?? number)(value)} ${one.unit}`.trim(),
          };
        }),
      ],
      axes: [
        {
          stroke: text,
          font,
          grid: { stroke: grid, width: 1 },
          ticks: { stroke: grid },
          values: (_, marks, __, ___, step) => marks.map((mark) => label(mark, step, locale)),
        },
        ...units.slice(0, 2).map(
          (unit, index): uPlot.Axis => ({
            scale: unit,
            side: index === 0 ? 3 : 1,
            stroke: text,
            font,
            size: (_, marks) =>
              AXIS_PX + CHARACTER_PX * Math.max(0, ...(marks ?? []).map((one) => one.length)),
            grid: { show: index === 0, stroke: grid, width: 1 },
            ticks: { stroke: grid },
            values: (_, marks) =>
              marks.map((mark) => (unit === COUNT ? number(mark) : `${number(mark)} ${unit}`)),
          }),
        ),
      ],
      ...(marksNow ? { hooks: { draw: [(plot) => markNow(plot, text, font)] } } : {}),
      scales: {
        x: { range: spanOf },
        ...Object.fromEntries(units.map((unit) => [unit, { range: rangeOf }])),
      },
    },
    [times.map((at) => new Date(at).getTime() / 1000), ...series.map((one) => [...one.values])],
    element,
  );
}

/** From the first to the last; a single moment, round which uPlot would show years, has a minute. */
const spanOf = ({ data: [times] }: uPlot, first: number, last: number): uPlot.Range.MinMax =>
  times.length === 1 || first === last ? [first - 30, first + 30] : [first, last];

/** From zero, unless something is below it, with a little room above. */
const rangeOf = (_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax => {
  const bottom = Math.min(0, least ?? 0);
  const top = Math.max(most ?? 0, 0);
  return [bottom, top === bottom ? bottom + 1 : top + (top - bottom) * 0.05];
};

/** A line from top to bottom at the present, if that is in what is shown. */
function markNow({ ctx, bbox, valToPos }: uPlot, colour: string, font: string): void {
  const x = Math.round(valToPos(Date.now() / 1000, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  const isLate = x > bbox.left + bbox.width / 2;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = font.replace("12px", `${12 * devicePixelRatio}px`);
  ctx.textBaseline = "bottom";
  ctx.textAlign = isLate ? "right" : "left";
  ctx.fillText(t("chart.now"), x + (isLate ? -4 : 4) * devicePixelRatio, bbox.top + bbox.height);
  ctx.restore();
}

function label(seconds: number, step: number, locale: string): string {
  const at = new Date(seconds * 1000);
  if (step >= 86_400) return at.toLocaleDateString(locale, { day: "numeric", month: "short" });
  return at.toLocaleTimeString(locale, { timeStyle: step < 60 ? "medium" : "short" });
}

/** What a custom property of a colour is in the scheme in force: a canvas knows no light-dark(). */
function resolved(element: HTMLElement, property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
