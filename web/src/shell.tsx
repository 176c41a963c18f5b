/** The frame around every page: where one can go, who one is, and whether the picture is live. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { config } from "./api/config.ts";
import { useLiveState } from "./api/live.ts";
import { useMe } from "./api/me.ts";
import { signedInAs, signOut } from "./api/session.ts";
import { Icon, type IconName } from "./parts/icons.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { type TextKey, t, word } from "./texts/index.ts";

const LINKS: readonly { path: string; icon: IconName; text: TextKey }[] = [
  { path: "/", icon: "overview", text: "nav.overview" },
  { path: "/stations", icon: "stations", text: "nav.stations" },
  { path: "/transactions", icon: "transactions", text: "nav.transactions" },
  { path: "/tokens", icon: "tokens", text: "nav.tokens" },
  { path: "/reservations", icon: "reservations", text: "nav.reservations" },
  { path: "/firmware", icon: "firmware", text: "nav.firmware" },
  { path: "/diagnostics", icon: "diagnostics", text: "nav.diagnostics" },
  { path: "/cost", icon: "cost", text: "nav.cost" },
  { path: "/refused", icon: "refused", text: "nav.refused_short" },
  { path: "/settings", icon: "settings", text: "nav.settings" },
];

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const navigation = useRef<HTMLElement>(null);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    if (!open) return;
    navigation.current?.querySelector<HTMLElement>("[aria-current]")?.focus();
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [open]);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {t("app.skip")}
      </a>
      <div class="shell-bar">
        <button
          ref={button}
          type="button"
          class="button quiet"
          aria-label={t("app.menu")}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" />
        </button>
        <Brand />
        <Live />
      </div>
      {open && (
        <button
          type="button"
          class="shell-veil"
          aria-label={t("app.menu_close")}
          onClick={() => setOpen(false)}
        />
      )}
      <nav
        ref={navigation}
        id="navigation"
        class="shell-nav"
        aria-label={t("app.navigation")}
        data-open={open || undefined}
      >
        <Brand />
        <ul class="shell-links">
          {LINKS.map((link) => (
            <li key={link.path}>
              <a
                href={link.path}
                onClick={() => setOpen(false)}
                aria-current={isCurrent(link.path, path) ? "page" : undefined}
              >
                <Icon name={link.icon} />
                {t(link.text)}
              </a>
            </li>
          ))}
        </ul>
        <Foot />
      </nav>
      <main id="main" class="shell-main" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
    </div>
  );
}

function isCurrent(link: string, path: string): boolean {
  return link === "/" ? path === "/" : path === link || path.startsWith(`${link}/`);
}

function Brand() {
  return (
    <a class="shell-brand" href="/">
      <img src="/favicon.svg" alt="" width="28" height="28" />
      {t("app.name")}
    </a>
  );
}

function Live() {
  const state = useLiveState();
  return (
    <span class="live-state" data-state={state} role="status">
      {t(`live.${state}`)}
    </span>
  );
}

function Foot() {
  const me = useMe();
  const { stage, version, sign_in: signIn } = config();
  return (
    <div class="shell-foot">
      <Live />
      {me && (
        <span>
          {t("app.signed_in_as", { username: signedInAs() ?? me.username, role: word("role", me.role) })}
        </span>
      )}
      <span>
        {stage} · {version}
      </span>
      {signIn && (
        <button type="button" class="button" onClick={signOut}>
          {t("app.sign_out")}
        </button>
      )}
    </div>
  );
}
