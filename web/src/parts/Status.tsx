import { word } from "../texts/index.ts";

type Tone = "good" | "busy" | "warning" | "danger" | "calm";

const TONES: Readonly<Record<string, Tone>> = {
  Available: "good",
  available: "good",
  online: "good",
  answered: "good",
  succeeded: "good",
  Accepted: "good",
  Charging: "busy",
  charging: "busy",
  active: "busy",
  running: "busy",
  sent: "busy",
  Occupied: "busy",
  Preparing: "busy",
  Finishing: "busy",
  EVConnected: "busy",
  SuspendedEV: "warning",
  SuspendedEVSE: "warning",
  Reserved: "warning",
  paused: "warning",
  timed_out: "warning",
  expired: "warning",
  Pending: "warning",
  Faulted: "danger",
  faulted: "danger",
  Unavailable: "danger",
  refused: "danger",
  failed: "danger",
  halted: "danger",
  Rejected: "danger",
  Blocked: "danger",
  Invalid: "danger",
};

/** A state in words and, beside them, in colour. */
export function Status({ value, tone }: { value: string | null | undefined; tone?: Tone }) {
  if (!value) return <>–</>;
  return (
    <span class="badge" data-tone={tone ?? TONES[value] ?? "calm"}>
      {word("status", value)}
    </span>
  );
}
