/** The latest events of all stations, as they come. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { type LiveEvent, useLive } from "../../api/live.ts";
import { clock, time } from "../../format.ts";
import { eventText } from "../../parts/eventText.ts";
import { StationLink } from "../../parts/links.tsx";
import { t } from "../../texts/index.ts";

interface Line {
  key: string;
  event: LiveEvent;
}

const MOST = 20;
/** What comes in a crowd is drawn together. */
const DRAW_EVERY_MS = 200;
const TONES: readonly [prefix: string, tone: string][] = [
  ["fault.raised", "danger"],
  ["alarm.raised", "danger"],
  ["connection.refused", "danger"],
  ["security.", "warning"],
  ["finding.", "warning"],
  ["station.offline", "warning"],
  ["transaction.", "busy"],
  ["station.", "good"],
  ["fault.cleared", "good"],
  ["alarm.cleared", "good"],
];

/** Outlives the page, so that who comes back finds what was there. */
let latest: readonly Line[] = [];

export function Ticker() {
  const lines = useLatest();
  return (
    <section class="card ticker" aria-labelledby="overview-ticker">
      <h2 id="overview-ticker">{t("overview.ticker")}</h2>
      {lines.length === 0 ? (
        <p class="muted">{t("overview.ticker_empty")}</p>
      ) : (
        <ol class="ticker-lines">
          {lines.map(({ key, event }) => (
            <li key={key} data-tone={TONES.find(([prefix]) => event.type.startsWith(prefix))?.[1]}>
              <time class="ticker-when" dateTime={event.at} title={time(event.at)}>
                {clock(event.at)}
              </time>
              <span>
                {event.station_id && (
                  <>
                    <StationLink id={event.station_id} />{" "}
                  </>
                )}
                {eventText(event.type, event.data)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function useLatest(): readonly Line[] {
  const [lines, setLines] = useState(latest);
  const [drawing] = useState<{ timer?: ReturnType<typeof setTimeout> | undefined }>({});
  useEffect(() => () => clearTimeout(drawing.timer), [drawing]);
  const take = useCallback(
    (event: LiveEvent) => {
      // An event may come twice, and is then the same in everything.
      const key = JSON.stringify(event);
      if (latest.some((line) => line.key === key)) return;
      latest = [{ key, event }, ...latest].slice(0, MOST);
      drawing.timer ??= setTimeout(() => {
        drawing.timer = undefined;
        setLines(latest);
      }, DRAW_EVERY_MS);
    },
    [drawing],
  );
  useLive(null, take);
  return lines;
}
