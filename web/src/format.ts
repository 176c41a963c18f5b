/** How values are written: times in the viewer's zone, energy in kWh, in the console's language. */
import { locale, t } from "./texts/index.ts";

const NONE = "–";

type Maybe<T> = T | null | undefined;

/** Formats, each made once: that takes far longer than to use one, and lists write thousands of times. */
function made<P, T>(make: (locale: string, by: P) => T): (by: P) => T {
  const known = new Map<string, T>();
  return (by) => {
    const key = `${locale()} ${JSON.stringify(by)}`;
    const found = known.get(key) ?? make(locale(), by);
    known.set(key, found);
    return found;
  };
}

const numbers = made(
  (language, digits: number) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
);
const dates = made(
  (language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options),
);

export function number(value: Maybe<number>, digits = 0): string {
  if (value === null || value === undefined) return NONE;
  return numbers(digits).format(value);
}

/** Of watt-hours: `12.34 kWh`. */
export function energy(wh: Maybe<number>): string {
  if (wh === null || wh === undefined) return NONE;
  return `${(wh / 1000).toLocaleString(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 })} kWh`;
}

/** Of watts: `11.0 kW`. */
export function power(w: Maybe<number>): string {
  if (w === null || w === undefined) return NONE;
  return `${(w / 1000).toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })} kW`;
}

/** In the currency's own decimals (`¥120`, `€1.20`), or in more: up to `most`, where there are more, and always `least`. */
export function money(amount: Maybe<number>, currency: Maybe<string>, most = 0, least = 0): string {
  if (amount === null || amount === undefined) return NONE;
  const style = currency ? ({ style: "currency", currency } as const) : {};
  const own = currency
    ? (new Intl.NumberFormat("en", style).resolvedOptions().maximumFractionDigits ?? 2)
    : 2;
  return amount.toLocaleString(locale(), {
    ...style,
    minimumFractionDigits: Math.max(own, least),
    maximumFractionDigits: Math.max(own, most, least),
  });
}

/** How much there is of something, to three places; what is less than one is not rounded to nothing. */
export function quantity(value: number): string {
  const digits = Math.abs(value) < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 3 };
  return value.toLocaleString(locale(), digits);
}

export function bytes(count: Maybe<number>): string {
  if (count === null || count === undefined) return NONE;
  if (count < 1000) return `${number(count)} B`;
  return count < 1e6 ? `${number(count / 1e3, 1)} kB` : `${number(count / 1e6, 1)} MB`;
}

/** Date and time to the second. */
export function time(at: Maybe<string>): string {
  if (!at) return NONE;
  return dates({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** Date and time to the minute, where many stand below each other. */
export function minute(at: Maybe<string>): string {
  if (!at) return NONE;
  return dates({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

export function day(at: Maybe<string>): string {
  if (!at) return NONE;
  return dates({ dateStyle: "medium" }).format(new Date(at));
}

/** The time of day to the second. */
export function clock(at: Maybe<string>): string {
  if (!at) return NONE;
  return dates({ timeStyle: "medium" }).format(new Date(at));
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `5 minutes ago`. */
export function ago(at: Maybe<string>, now = Date.now()): string {
  if (!at) return NONE;
  const seconds = (new Date(at).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, length] of UNITS)
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  return format.format(Math.trunc(seconds), "second");
}

/** Between two times, or since one: `1:05 h`. */
export function duration(from: Maybe<string>, to: Maybe<string> = new Date().toISOString()): string {
  if (!from || !to) return NONE;
  return durationOf((new Date(to).getTime() - new Date(from).getTime()) / 1000);
}

/** Of seconds: `1:05 h`, `12 min`, `40 s`. */
export function durationOf(seconds: Maybe<number>): string {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

export function list(items: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);
}

/** The zone in which times are shown: `Europe/Berlin`. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export const yesNo = (value: Maybe<boolean>): string =>
  value === null || value === undefined ? NONE : t(value ? "word.yes" : "word.no");
