import { useEffect, useRef } from "preact/hooks";

interface Tab {
  path: string;
  text: string;
}

/** Views of one thing, each with an address of its own. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const nav = useRef<HTMLElement>(null);
  // On a phone they do not fit: the one that is shown must be seen.
  useEffect(() => {
    const [all, shown] = [nav.current, nav.current?.querySelector<HTMLElement>("[aria-current]")];
    if (all && shown)
      all.scrollLeft = shown.offsetLeft - all.offsetLeft - (all.clientWidth - shown.clientWidth) / 2;
  }, [current]);
  return (
    <nav ref={nav} class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.path} href={tab.path} aria-current={tab.path === current ? "page" : undefined}>
          {tab.text}
        </a>
      ))}
    </nav>
  );
}
