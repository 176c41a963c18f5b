/** Between the API's times (UTC) and those of `<input type="datetime-local">` (the viewer's zone, without one). */

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-05-01T10:00` in the viewer's zone; empty for none. */
export function toLocal(at: string | null | undefined): string {
  if (!at) return "";
  const moment = new Date(at);
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${date}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** ISO 8601 in UTC; null for none. */
export function fromLocal(text: string): string | null {
  const moment = new Date(text);
  return text && !Number.isNaN(moment.getTime()) ? moment.toISOString() : null;
}
