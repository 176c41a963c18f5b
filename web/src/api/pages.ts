/** Lists of the API, a page at a time: what is shown is what is read. */
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "preact/hooks";

export interface Paging {
  /** The cursor of the page that is shown; undefined: the first. */
  cursor: string | undefined;
  /** From 1. */
  number: number;
  next: (cursor: string) => void;
  previous: (() => void) | undefined;
}

/** Where in a list a page is. Begins anew when `filters` change. */
export function usePaging(filters: unknown): Paging {
  const key = JSON.stringify(filters);
  const [kept, setKept] = useState<{ key: string; cursors: readonly string[] }>({ key, cursors: [] });
  // Not by an effect: that would ask once for a page that nobody sees.
  const cursors = kept.key === key ? kept.cursors : [];
  const setCursors = (wanted: readonly string[]) => setKept({ key, cursors: wanted });
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    next: (cursor) => setCursors([...cursors, cursor]),
    previous: cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : undefined,
  };
}

/** For the queries of a list: the old page stays until the new one is here. */
export const PAGED = { placeholderData: keepPreviousData };
