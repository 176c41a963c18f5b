import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts/index.ts";

interface Properties {
  title: string;
  /** A sentence below the title. */
  about?: ComponentChildren;
  /** Buttons and links beside it. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A page: its title is the tab's, and what a screen reader says when it opens. */
export function Page({ title, about, actions, children }: Properties) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <header class="page-head">
        <div class="stack">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {about && <p>{about}</p>}
        </div>
        {actions && <div class="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
