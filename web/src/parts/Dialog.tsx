/** Dialogs on the browser's own element: it holds the focus, and Escape closes it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../texts/index.ts";
import { FormEnd } from "./FormEnd.tsx";
import { Toasts } from "./toasts.tsx";

interface Properties {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** What a form begins with; without one the browser chooses. */
const FIELD = "form :is(input, select, textarea):not(:disabled)";

/** Open as long as it is drawn. */
export function Dialog({ title, close, children }: Properties) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // A keyboard that slides in on a phone would hide half of it.
    if (matchMedia("(pointer: fine)").matches) element.current?.querySelector<HTMLElement>(FIELD)?.focus();
    // The browser returns the focus when a dialog is closed, not when it is taken away.
    return () => returnFocus(before);
  }, []);
  return (
    <dialog ref={element} class="dialog" aria-labelledby={titleId} onClose={close}>
      <div>
        <div class="card-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="button quiet" onClick={close} aria-label={t("dialog.close")}>
            <span aria-hidden="true">✕</span>
          </button>
        </div>
        {children}
      </div>
      <Toasts />
    </dialog>
  );
}

/** To where it was before, or to the page's title if that is gone. */
function returnFocus(before: Element | null): void {
  const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
  const place = isThere ? before : document.querySelector<HTMLElement>("h1");
  place?.focus({ preventScroll: true });
}

interface ConfirmProperties {
  title: string;
  /** What follows from it. */
  children: ComponentChildren;
  /** What the button says: `Reset the station`. */
  action: string;
  run: () => Promise<unknown>;
  close: () => void;
  /** It takes something away for good. */
  danger?: boolean;
}

/** Ask once before something that has consequences. */
export function Confirm({ title, children, action, run, close, danger = false }: ConfirmProperties) {
  const [busy, setBusy] = useState(false);
  const go = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await run();
    } finally {
      close();
    }
  };
  return (
    <Dialog title={title} close={close}>
      <form class="stack" onSubmit={(event) => void go(event)}>
        <div>{children}</div>
        <FormEnd busy={busy} error={undefined} danger={danger} action={action} close={close} />
      </form>
    </Dialog>
  );
}
