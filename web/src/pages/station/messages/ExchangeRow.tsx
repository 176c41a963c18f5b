/** A call and its answer on a line; the frames below it on demand. */
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import { number, time } from "../../../format.ts";
import { Json } from "../../../parts/Json.tsx";
import { t, word } from "../../../texts/index.ts";
import { answeredInMs, type Exchange, type Message, outcomeOf, written } from "./exchanges.ts";

interface Properties {
  exchange: Exchange;
}

const FINE: readonly string[] = ["answered", "taken", "sent"];

function Row({ exchange }: Properties) {
  const [isOpen, setOpen] = useState(false);
  const { first, answer } = exchange;
  const outcome = outcomeOf(exchange);
  const tookMs = answeredInMs(exchange);
  const findings = [...first.findings, ...(answer?.findings ?? [])];
  return (
    <li class="message" data-action={first.action}>
      <button type="button" class="message-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="message-mark" aria-hidden="true">
          {isOpen ? "▾" : "▸"}
        </span>
        <time dateTime={first.at} class="message-time">
          {time(first.at)}
        </time>
        <span class="message-way" data-direction={first.direction}>
          <span aria-hidden="true">{first.direction === "in" ? "←" : "→"}</span>
          <span class="visually-hidden">{t(`messages.${first.direction}`)}</span>
        </span>
        <strong class="message-action">{first.action || t("messages.unreadable")}</strong>
        <span class="message-frame mono">{written(first)}</span>
        <span class="message-end">
          {findings.length > 0 && (
            <span class="badge" data-tone="warning">
              {t("messages.findings", { count: findings.length })}
            </span>
          )}
          <span class="badge" data-tone={FINE.includes(outcome) ? "good" : "warning"}>
            {word("messages.outcome", outcome)}
          </span>
          {tookMs !== null && <span class="message-took">{number(tookMs)} ms</span>}
        </span>
      </button>
      {isOpen && (
        <div class="message-detail">
          <Frame message={first} label={t(answer ? "messages.call" : "messages.frame")} />
          {answer && <Frame message={answer} label={t("messages.answer")} />}
          {findings.length > 0 && (
            <section class="stack">
              <h3>{t("messages.repaired")}</h3>
              <ul class="message-findings">
                {findings.map((one) => (
                  <li key={`${one.code} ${one.path}`}>
                    {one.code} <code>{one.path}</code>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      )}
    </li>
  );
}

/** Drawn anew only where it has changed: there may be thousands, and new ones come all the time. */
export const ExchangeRow = memo(
  Row,
  ({ exchange: before }: Properties, { exchange: now }: Properties) =>
    before.first === now.first && before.answer === now.answer,
);

function Frame({ message, label }: { message: Message; label: string }) {
  return (
    <div class="stack">
      <Json
        label={`${label}, ${t(`messages.${message.direction}`)}, ${time(message.at)}`}
        value={message.frame}
      />
      {message.frame_chars !== null && (
        <span class="muted">{t("messages.cut", { chars: number(message.frame_chars) })}</span>
      )}
    </div>
  );
}
