/** Short messages of what became of something; said by screen readers too. */
import { useEffect, useState } from "preact/hooks";

interface Toast {
  id: number;
  text: string;
  tone: "calm" | "danger";
}

const SHOWN_MS = 8_000;
let shown: readonly Toast[] = [];
/** The places where toasts can be shown; the last is the uppermost. */
let places: readonly ((toasts: readonly Toast[]) => void)[] = [];
let lastId = 0;

function show(toasts: readonly Toast[]): void {
  shown = toasts;
  for (const draw of places) draw(draw === places.at(-1) ? toasts : []);
}

export function toast(text: string, tone: Toast["tone"] = "calm"): void {
  const id = ++lastId;
  show([...shown, { id, text, tone }]);
  setTimeout(() => show(shown.filter((one) => one.id !== id)), SHOWN_MS);
}

/** Do something that may fail; say so if it does. Whether it was done. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), "danger");
    return false;
  }
  if (done) toast(done);
  return true;
}

/** Stands in the page and in each dialog: what is beside an open dialog is neither in front nor read out. */
export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  useEffect(() => {
    places = [...places, setToasts];
    show(shown);
    return () => {
      places = places.filter((one) => one !== setToasts);
      show(shown);
    };
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((one) => (
        <div key={one.id} class="toast" data-tone={one.tone}>
          {one.text}
        </div>
      ))}
    </div>
  );
}
