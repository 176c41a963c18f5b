/** A call to be made: its action, its payload as a form or as JSON, and how long to wait for it. */

import type { RefObject } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useId, useMemo, useState } from "preact/hooks";
import { queries, type Schemas } from "../../../api/client.ts";
import { useMay } from "../../../api/me.ts";
import { Confirm } from "../../../parts/Dialog.tsx";
import { CheckField, SelectField } from "../../../parts/fields.tsx";
import { Failed, Loading } from "../../../parts/states.tsx";
import { t, word } from "../../../texts/index.ts";
import { byTopic, isOfAdmins, isWeighty } from "./actions.ts";
import { initial } from "./defaults.ts";
import { Followed } from "./Followed.tsx";
import { JsonView } from "./JsonView.tsx";
import { problemsOf } from "./problems.ts";
import { asSent, type Payload, type Schema } from "./schema.ts";
import type { Action, ActionSchemas } from "./schemas.ts";
import { useSending } from "./sending.ts";
import { useSuggestions } from "./suggestions.ts";

const PayloadForm = lazy(() => import("./PayloadForm.tsx"));

export interface Draft {
  action: Action;
  payload: Payload;
}

interface Properties {
  station: Schemas["Station"];
  version: string;
  schemas: ActionSchemas;
  /** Undefined: no action is chosen. A new one begins the form anew. */
  draft: Draft | undefined;
  setDraft: (draft: Draft | undefined) => void;
  frame: RefObject<HTMLElement | null>;
}

export function CallForm({ station, version, schemas, draft, setDraft, frame }: Properties) {
  const titleId = useId();
  const { suggestions, known } = useSuggestions(station, version);
  const choose = (action: Action | undefined) => {
    const schema = action && schemas.get(action);
    setDraft(schema && { action, payload: initial(action, schema, known) });
  };
  const schema = draft && schemas.get(draft.action);
  return (
    <section class="card" ref={frame} tabIndex={-1} aria-labelledby={titleId}>
      <h2 id={titleId}>{t("calls.new")}</h2>
      <ActionField station={station} schemas={schemas} action={draft?.action} choose={choose} />
      {!draft && <p class="muted">{t("calls.about", { version })}</p>}
      {draft && !schema && <div class="notice">{t("calls.not_in_version", { version })}</div>}
      {draft && schema && (
        <PayloadEditor
          key={keyOf(draft)}
          station={station}
          schema={schema}
          draft={draft}
          suggestions={suggestions}
        />
      )}
    </section>
  );
}

/** A draft that is taken up anew is another form. */
const keys = new WeakMap<Draft, string>();
function keyOf(draft: Draft): string {
  const found = keys.get(draft) ?? crypto.randomUUID();
  keys.set(draft, found);
  return found;
}

interface ActionProperties {
  station: Schemas["Station"];
  schemas: ActionSchemas;
  /** Undefined: none is chosen. */
  action: Action | undefined;
  choose: (action: Action | undefined) => void;
}

const MOST_UNKNOWN = 200;

function ActionField({ station, schemas, action, choose }: ActionProperties) {
  const id = useId();
  const { data } = queries.useQuery("get", "/stations/{station_id}/capabilities", {
    params: { path: { station_id: station.station_id }, query: { limit: MOST_UNKNOWN } },
  });
  const actions = [...schemas.keys()];
  const lacking = data?.items.find((one) => one.action === action);
  const lacks = (one: string) => data?.items.some((item) => item.action === one);
  return (
    <div class="field call-action">
      <label for={id}>{t("calls.action")}</label>
      <select
        id={id}
        value={action && schemas.has(action) ? action : ""}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget: { value } }) => choose(actions.find((one) => one === value))}
      >
        <option value="">{t("calls.choose")}</option>
        {byTopic(actions).map(({ topic, actions: ofTopic }) => (
          <optgroup key={topic} label={word("calls.topic", topic)}>
            {ofTopic.map((one) => (
              <option key={one} value={one}>
                {lacks(one) ? t("calls.unknown_action", { action: one }) : one}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <span class="hint" id={`${id}-hint`} aria-live="polite">
        {lacking && t("calls.said_unknown", { code: lacking.code })}
      </span>
    </div>
  );
}

interface EditorProperties {
  station: Schemas["Station"];
  schema: Schema;
  draft: Draft;
  suggestions: ReturnType<typeof useSuggestions>["suggestions"];
}

const WAITS_S = ["0", "5", "20"];
const EXPIRIES_S = ["", "60", "3600", "86400", "604800"];

function PayloadEditor({ station, schema, draft, suggestions }: EditorProperties) {
  const [payload, setPayload] = useState(draft.payload);
  const [isJson, setJson] = useState(false);
  const [wait, setWait] = useState("5");
  const [expiry, setExpiry] = useState("");
  const [isUnchecked, setUnchecked] = useState(false);
  const [asked, setAsked] = useState<Payload>();
  const isAdmin = useMay("admin");
  const sending = useSending(station.station_id);
  const problems = useMemo(() => problemsOf(sending.error), [sending.error]);
  // Where a repeated call has a secret, the API keeps only that there was one.
  const isMasked = JSON.stringify(draft.payload).includes('"***"');
  const go = (wanted: Payload) =>
    sending.send({
      action: draft.action,
      payload: asSent(wanted),
      wait_s: Number(wait),
      unchecked: isUnchecked,
      ...(expiry ? { expires_in_s: Number(expiry) } : {}),
    });
  const send = (wanted: Payload) => (isWeighty(draft.action) ? setAsked(wanted) : void go(wanted));
  const footer = (
    <>
      <div class="filters">
        <SelectField
          label={t("calls.wait")}
          value={wait}
          change={setWait}
          options={WAITS_S.map((value) => ({ value, text: t(`calls.wait_${value}` as "calls.wait_0") }))}
        />
        <SelectField
          label={t("calls.expiry")}
          value={expiry}
          change={setExpiry}
          options={EXPIRIES_S.map((value) => ({ value, text: word("calls.expiry", value || "usual") }))}
        />
        <CheckField label={t("calls.unchecked")} checked={isUnchecked} change={setUnchecked} />
      </div>
      {isOfAdmins(draft.action) && !isAdmin && (
        <div class="notice" data-tone="warning">
          {t("role.needed", { role: word("role", "admin") })}
        </div>
      )}
      <div class="row">
        <button type="submit" class="button primary" disabled={sending.busy}>
          {t("calls.send", { action: draft.action })}
        </button>
        <button type="button" class="button" aria-pressed={isJson} onClick={() => setJson(!isJson)}>
          {t(isJson ? "calls.as_form" : "calls.as_json")}
        </button>
        {!station.online && <span class="muted">{t("calls.offline")}</span>}
      </div>
    </>
  );
  const shared = { schema, payload, change: setPayload, problems, send, children: footer };
  return (
    <>
      {isMasked && (
        <div class="notice" data-tone="warning">
          {t("calls.masked")}
        </div>
      )}
      {isJson ? (
        <JsonView {...shared} />
      ) : (
        <Suspense fallback={<Loading />}>
          <PayloadForm {...shared} suggestions={suggestions} />
        </Suspense>
      )}
      <div class="stack" aria-live="polite">
        {sending.busy && <Loading />}
        {sending.error !== undefined && <Failed error={sending.error} />}
        {sending.call && <Followed key={sending.call.call_id} made={sending.call} />}
      </div>
      {asked && (
        <Confirm
          title={t("calls.sure", { action: draft.action })}
          action={t("calls.send", { action: draft.action })}
          run={() => go(asked)}
          close={() => setAsked(undefined)}
        >
          <p>{t("calls.sure_text", { station_id: station.station_id })}</p>
        </Confirm>
      )}
    </>
  );
}
