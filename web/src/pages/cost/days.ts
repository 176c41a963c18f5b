/** Days (UTC) as the API names them: `2026-11-23`. */

const DAY_MS = 86_400_000;

export const today = (now = Date.now()): string => new Date(now).toISOString().slice(0, 10);

/** What is a day; undefined for anything else that an address may hold, and for one that is still being typed. */
export function dayOf(text: string | undefined): string | undefined {
  return /^[1-9]\d{3}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
    ? text
    : undefined;
}

/** So many days before a day. */
export const daysBefore = (day: string, days: number): string =>
  today(new Date(`${day}T00:00:00Z`).getTime() - days * DAY_MS);

/** A day as people write it, in the zone in which it is one. */
export const written = (day: string, locale: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
