import { useEffect, useState } from "preact/hooks";
import { ago, time } from "../format.ts";

/** A moment in the viewer's zone. */
export function Time({ at }: { at: string | null | undefined }) {
  if (!at) return <>–</>;
  return <time dateTime={at}>{time(at)}</time>;
}

/** How long ago a moment is; the moment itself when one points at it. */
export function Ago({ at }: { at: string | null | undefined }) {
  useNow(10_000);
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={time(at)}>
      {ago(at)}
    </time>
  );
}

/** The time now, looked at every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
