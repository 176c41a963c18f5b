/** How far the stations of something have come: a bar in parts, and the same in words. */
import { number } from "../format.ts";
import { word } from "../texts/index.ts";
import "./stateBar.css";

const STATES = ["succeeded", "running", "failed", "cancelled", "queued"] as const;
const ENDED: readonly State[] = ["succeeded", "failed", "cancelled"];

type State = (typeof STATES)[number];
export type StateCounts = Readonly<Record<State, number>>;

export function countOf(states: readonly State[]): StateCounts {
  const counts = { succeeded: 0, running: 0, failed: 0, cancelled: 0, queued: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

interface Properties {
  /** Of what. */
  label: string;
  counts: StateCounts;
  /** Without the words below it, where there is no room. */
  bare?: boolean;
}

export function StateBar({ label, counts, bare = false }: Properties) {
  const there = STATES.filter((state) => counts[state] > 0);
  const total = there.reduce((sum, state) => sum + counts[state], 0);
  const done = ENDED.reduce((sum, state) => sum + counts[state], 0);
  const text = (state: State) => `${number(counts[state])} ${word("counted", state)}`;
  return (
    <div class="stack">
      <div
        class="state-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(total, 1)}
        aria-valuenow={done}
        aria-valuetext={there.map(text).join(", ") || "–"}
      >
        {there.map((state) => (
          <span key={state} data-state={state} style={{ flexGrow: counts[state] }} />
        ))}
      </div>
      {!bare && (
        <ul class="state-bar-words">
          {there.map((state) => (
            <li key={state} data-state={state}>
              {text(state)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
