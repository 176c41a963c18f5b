/** Calls to a station: a form for every action that we may send, and what became of those that were sent. */
import { useCallback, useRef, useState } from "preact/hooks";
import type { Schemas } from "../../../api/client.ts";
import { useMay } from "../../../api/me.ts";
import { Async } from "../../../parts/states.tsx";
import "./calls.css";
import { CallForm, type Draft } from "./CallForm.tsx";
import { CallHistory } from "./CallHistory.tsx";
import { type Action, useSchemas } from "./schemas.ts";

type Call = Schemas["Call"];

/** What a station that has never connected is taken to speak, as most do. */
const USUAL_VERSION = "1.6";

export default function Calls({ station }: { station: Schemas["Station"] }) {
  const version = station.ocpp_version ?? USUAL_VERSION;
  const schemas = useSchemas(version);
  const mayCall = useMay("operator");
  const [draft, setDraft] = useState<Draft>();
  const form = useRef<HTMLElement | null>(null);
  const repeat = useCallback((call: Call) => {
    setDraft({ action: call.action as Action, payload: call.payload });
    form.current?.scrollIntoView({ block: "start" });
    form.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Async query={schemas}>
      {(found) => (
        <div class="stack call-page">
          {mayCall && (
            <CallForm
              station={station}
              version={version}
              schemas={found}
              draft={draft}
              setDraft={setDraft}
              frame={form}
            />
          )}
          <CallHistory station={station} actions={[...found.keys()]} repeat={mayCall ? repeat : undefined} />
        </div>
      )}
    </Async>
  );
}
