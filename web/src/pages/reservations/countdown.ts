const two = (value: number) => String(value).padStart(2, "0");

/** Until a moment: `4:05`, `1:04:05`, `2 d 01:04:05`; undefined once it has come. */
export function countdown(until: string, now: number): string | undefined {
  const seconds = Math.ceil((new Date(until).getTime() - now) / 1000);
  if (seconds <= 0) return undefined;
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (days) return `${days} d ${two(hours)}:${rest}`;
  return hours ? `${hours}:${rest}` : rest;
}

const A_MOMENT_MS = 500;
const AGAIN_MS = 5_000;
const LATEST_MS = 10 * 60 * 1000;

/** When to look again at what expires, for nothing tells of that: shortly after the first of them; false: never. */
export function lookAgainMs(until: readonly string[], now: number): number | false {
  if (until.length === 0) return false;
  const first = Math.min(...until.map((at) => new Date(at).getTime())) - now;
  return first > 0 ? Math.min(first + A_MOMENT_MS, LATEST_MS) : AGAIN_MS;
}
