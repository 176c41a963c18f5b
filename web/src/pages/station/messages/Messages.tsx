/** The OCPP messages of a station as they travelled, newest first, live. */
import { useMemo, useState } from "preact/hooks";
import { type Schemas, saveAs } from "../../../api/client.ts";
import { number } from "../../../format.ts";
import { useAddress } from "../../../parts/address.ts";
import { CheckField, SelectField, TextField } from "../../../parts/fields.tsx";
import { fromLocal, toLocal } from "../../../parts/moments.ts";
import { SearchField } from "../../../parts/SearchField.tsx";
import { Async, Empty } from "../../../parts/states.tsx";
import { attempt } from "../../../parts/toasts.tsx";
import { t } from "../../../texts/index.ts";
import { ExchangeRow } from "./ExchangeRow.tsx";
import { exchangesOf, filtered, jsonLines } from "./exchanges.ts";
import { LogNotice } from "./LogNotice.tsx";
import "./messages.css";
import { MOST, useMessages } from "./useMessages.ts";

const MOST_ACTION_CHARS = 64;

export default function Messages({ station }: { station: Schemas["Station"] }) {
  const { query: asked, go } = useAddress();
  const [isWanted, setWanted] = useState(true);
  const { action, from, to, direction, text } = asked;
  const isLive = isWanted && !to;
  const { query, readOlder, busy } = useMessages(station.station_id, { action, from, to }, isLive);
  const all = useMemo(() => exchangesOf(query.data?.messages ?? []), [query.data]);
  const shown = useMemo(() => filtered(all, { direction, text }), [all, direction, text]);
  const actions = useMemo(
    () => [...new Set(all.map((one) => one.first.action).filter(Boolean))].sort(),
    [all],
  );
  const save = () =>
    saveAs(new Blob([jsonLines(shown)], { type: "application/x-ndjson" }), `${station.station_id}.jsonl`);
  return (
    <section class="stack" aria-label={t("messages.messages")}>
      <LogNotice station={station} />
      <div class="filters">
        <SearchField
          label={t("messages.action")}
          value={action ?? ""}
          change={(value) => go({ action: value }, true)}
          maxLength={MOST_ACTION_CHARS}
          suggestions={actions}
        />
        <SelectField
          label={t("messages.direction")}
          value={direction ?? ""}
          change={(value) => go({ direction: value })}
          options={[
            { value: "", text: t("messages.both") },
            { value: "in", text: t("messages.in") },
            { value: "out", text: t("messages.out") },
          ]}
        />
        <SearchField
          label={t("messages.text")}
          value={text ?? ""}
          change={(value) => go({ text: value }, true)}
        />
        <TextField
          label={t("messages.from")}
          type="datetime-local"
          value={toLocal(from)}
          change={(value) => go({ from: fromLocal(value) ?? "" }, true)}
        />
        <TextField
          label={t("messages.to")}
          type="datetime-local"
          value={toLocal(to)}
          change={(value) => go({ to: fromLocal(value) ?? "" }, true)}
        />
      </div>
      <div class="row message-bar">
        {to ? (
          <span class="muted">{t("messages.not_live")}</span>
        ) : (
          <CheckField label={t("messages.live")} checked={isWanted} change={setWanted} />
        )}
        {query.data && (
          <span class="muted">{t("messages.shown", { shown: shown.length, count: all.length })}</span>
        )}
        <button type="button" class="button" disabled={shown.length === 0} onClick={save}>
          {t("messages.download")}
        </button>
      </div>
      <Async query={query}>
        {({ messages, older }) => (
          <>
            {shown.length === 0 ? (
              <Empty>
                {t(all.length > 0 || action || from || to ? "messages.none_such" : "messages.none")}
              </Empty>
            ) : (
              <ol class="messages" aria-label={t("messages.messages")}>
                {shown.map((one) => (
                  <ExchangeRow key={one.key} exchange={one} />
                ))}
              </ol>
            )}
            {older && messages.length >= MOST && (
              <p class="muted">{t("messages.most", { count: number(MOST) })}</p>
            )}
            {older && messages.length < MOST && (
              <div class="row">
                <button type="button" class="button" disabled={busy} onClick={() => void attempt(readOlder)}>
                  {t(busy ? "state.loading" : "messages.older")}
                </button>
              </div>
            )}
          </>
        )}
      </Async>
    </section>
  );
}
