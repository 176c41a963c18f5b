/** All there is to know of a call. */
import { queries, type Schemas } from "../../../api/client.ts";
import { Facts } from "../../../parts/Facts.tsx";
import { Json } from "../../../parts/Json.tsx";
import { Async } from "../../../parts/states.tsx";
import { Time } from "../../../parts/Time.tsx";
import { t, word } from "../../../texts/index.ts";

type Call = Schemas["Call"];

export function CallDetail({ call }: { call: Call }) {
  return (
    <div class="stack">
      <Facts
        facts={[
          [t("calls.id"), <code key="id">{call.call_id}</code>],
          [t("calls.requested_by"), call.requested_by ?? "–"],
          [t("calls.sent_at"), <Time key="sent" at={call.sent_at} />],
          [t("calls.ended_at"), <Time key="ended" at={call.ended_at} />],
          [t("calls.expires_at"), <Time key="expires" at={call.expires_at} />],
          [t("calls.timeout"), `${call.timeout_s} s`],
          ...(call.job_id ? [[t("calls.job"), <code key="job">{call.job_id}</code>] as const] : []),
        ]}
      />
      <div class="columns">
        <Json label={t("calls.payload")} value={call.payload} />
        {call.answer && <Json label={t("calls.answer")} value={call.answer} />}
        {call.error && <Json label={t("calls.error")} value={call.error} />}
        {call.late_answer && <Json label={t("calls.late_answer")} value={call.late_answer} />}
        {call.outcome && <Json label={t("calls.outcome")} value={call.outcome} />}
      </div>
      <Events call={call} />
      <Related call={call} />
    </div>
  );
}

function Events({ call }: { call: Call }) {
  if (call.history.length === 0) return null;
  return (
    <section class="stack">
      <h3>{t("calls.events")}</h3>
      <ol class="call-events">
        {call.history.map((one) => (
          <li key={`${one.at} ${one.event}`}>
            <Time at={one.at} /> {word("calls.event", one.event)}
            {one.detail && <span class="muted"> {one.detail}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The calls that bring the rest of this one or stand in for it, and the one of which it is a part. */
function Related({ call }: { call: Call }) {
  const related = [
    ...call.parts.map((id) => ({ id, what: t("calls.part") })),
    ...(call.part_of ? [{ id: call.part_of, what: t("calls.part_of") }] : []),
    ...(call.fallback_id ? [{ id: call.fallback_id, what: t("calls.fallback") }] : []),
    ...(call.fallback_of ? [{ id: call.fallback_of, what: t("calls.fallback_of") }] : []),
  ];
  if (related.length === 0) return null;
  return (
    <section class="stack">
      <h3>{t("calls.related")}</h3>
      {related.map(({ id, what }) => (
        <OneRelated key={id} stationId={call.station_id} callId={id} what={what} />
      ))}
    </section>
  );
}

function OneRelated({ stationId, callId, what }: { stationId: string; callId: string; what: string }) {
  const query = queries.useQuery("get", "/stations/{station_id}/calls/{call_id}", {
    params: { path: { station_id: stationId, call_id: callId } },
  });
  return (
    <Async query={query}>
      {(found) => (
        <div class="columns">
          <Json label={`${what}: ${found.action}`} value={found.payload} />
          <Json label={t("calls.answer")} value={found.answer ?? found.error} />
        </div>
      )}
    </Async>
  );
}
