/** Links to what has a page of its own. */
import type { ComponentChildren } from "preact";

type Id = string | null | undefined;

export const stationPath = (stationId: string, tab = "") =>
  `/stations/${encodeURIComponent(stationId)}${tab && `/${tab}`}`;
export const transactionPath = (transactionId: string) =>
  `/transactions/${encodeURIComponent(transactionId)}`;

export function StationLink({ id, tab, children }: { id: Id; tab?: string; children?: ComponentChildren }) {
  if (!id) return <>–</>;
  return <a href={stationPath(id, tab)}>{children ?? id}</a>;
}

export function TransactionLink({ id }: { id: Id }) {
  if (!id) return <>–</>;
  return (
    <a class="mono" href={transactionPath(id)}>
      {id}
    </a>
  );
}
