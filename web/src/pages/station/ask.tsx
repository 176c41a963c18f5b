/** Asking a station for something, and saying in words what came of it. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Failed } from "../../parts/states.tsx";
import { t, word } from "../../texts/index.ts";
import { type Sending, useSending } from "./calls/sending.ts";
import type { Order, Station } from "./orders.ts";

type Call = Schemas["Call"];

/** How long a page waits for a station's answer; after that the call is found among the station's calls. */
const WAIT_S = 20;

/** Send a call to a station and wait a while for its answer. */
export function useAsking(stationId: string): Sending & { ask: (order: Order) => Promise<Call | undefined> } {
  const sending = useSending(stationId);
  return { ...sending, ask: (order) => sending.send({ ...order, wait_s: WAIT_S, unchecked: false }) };
}

/** What a call has come to: `The station accepted it.` */
export function outcomeOf(call: Call): { text: string; tone: "good" | "warning" | "danger" } {
  if (call.state === "answered") {
    const status = call.answer?.status;
    if (typeof status !== "string") return { text: t("station.ask_answered"), tone: "good" };
    const info = call.answer?.statusInfo as { reasonCode?: unknown; additionalInfo?: unknown } | undefined;
    const why = [info?.reasonCode, info?.additionalInfo].filter(Boolean).join(": ");
    const key = `answer.${status}`;
    const known = word("answer", status);
    const text = known === status ? t("station.ask_status", { status }) : known;
    const good = GOOD.includes(key);
    return { text: why ? `${text} (${why})` : text, tone: good ? "good" : "warning" };
  }
  if (call.state === "refused") {
    const { code = "", description = "" } = call.error ?? {};
    return { text: t("station.ask_refused", { reason: `${code} ${description}`.trim() }), tone: "danger" };
  }
  return { text: t(`station.ask_${call.state}`), tone: "warning" };
}

const GOOD: readonly string[] = ["answer.Accepted", "answer.Unlocked", "answer.Scheduled"];

/** The result of a call where it was asked for. */
export function Outcome({ asking, station }: { asking: Sending; station: Station }) {
  const { busy, call, error } = asking;
  const said = call && outcomeOf(call);
  return (
    <div aria-live="polite" class="stack">
      {busy && (
        <span class="row muted">
          <span class="spinner" aria-hidden="true" />
          {t("station.ask_waiting")}
        </span>
      )}
      {error !== undefined && <Failed error={error} />}
      {said && (
        <div class="notice" data-tone={said.tone} data-outcome={call.state}>
          <span>{said.text}</span>
          <StationLink id={station.station_id} tab="calls">
            {t("station.ask_see_calls")}
          </StationLink>
        </div>
      )}
    </div>
  );
}

interface Properties {
  station: Station;
  title: string;
  /** What will happen. */
  about: ComponentChildren;
  /** What the button says. */
  action: string;
  /** Undefined: something is missing. */
  order: Order | undefined;
  close: () => void;
  /** Fields. */
  children?: ComponentChildren;
}

/** Ask once, with what it takes, before something is asked of a station; and show what it says. */
export function OrderDialog({ station, title, about, action, order, close, children }: Properties) {
  const asking = useAsking(station.station_id);
  const done = asking.call !== undefined;
  return (
    <Dialog title={title} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (order && !asking.busy) void asking.ask(order);
        }}
      >
        <p>{about}</p>
        {!station.online && (
          <div class="notice" data-tone="warning">
            {t("station.ask_offline")}
          </div>
        )}
        {children}
        <Outcome asking={asking} station={station} />
        <div class="row end">
          <button type="button" class="button" onClick={close}>
            {t(done ? "dialog.close" : "dialog.cancel")}
          </button>
          <button type="submit" class="button primary" disabled={!order || asking.busy}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
