/** A table of a list of the API; on a phone each row is a card. */
import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { type ComponentChildren, Fragment } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Paging } from "../api/pages.ts";
import { t } from "../texts/index.ts";
import { Pager } from "./Pager.tsx";
import { Async, Empty, type Query } from "./states.tsx";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ComponentChildren;
  /** Numbers stand to the right. */
  numeric?: boolean;
  /** Left out on a phone: the thing's own page has it. */
  wide?: boolean;
  /** The API can sort by it: how it is sorted now, and how to change that. */
  sort?: { order: "asc" | "desc" | undefined; change: (order: "asc" | "desc") => void };
}

export interface TableQuery<T> extends Query<{ items: T[]; next_cursor: string | null }> {
  isFetching: boolean;
}

interface Properties<T> {
  /** What the table is of, for a screen reader. */
  caption: string;
  columns: readonly Column<T>[];
  query: TableQuery<T>;
  rowId: (row: T) => string;
  paging?: Paging;
  empty?: ComponentChildren;
  /** More of a row, shown below it on demand. */
  detail?: (row: T) => ComponentChildren;
  /** What a row is called by the button that shows more of it. */
  rowName?: (row: T) => string;
}

const features = tableFeatures({});

/** What a table shows, or how far it is. */
export function DataTable<T extends object>(properties: Properties<T>) {
  const { query, paging, empty } = properties;
  return (
    <Async query={query}>
      {({ items, next_cursor: next }) => (
        <>
          {items.length === 0 ? (
            // A search goes through so many at a time: what it has found so far is not all there is.
            <Empty>{next === null ? empty : t("table.none_here")}</Empty>
          ) : (
            <Rows {...properties} items={items} />
          )}
          {paging && <Pager paging={paging} next={next} />}
        </>
      )}
    </Async>
  );
}

function Rows<T extends object>({
  items,
  caption,
  columns,
  query,
  rowId,
  detail,
  rowName,
}: Properties<T> & { items: T[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) =>
    setOpen((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, T>();
    return columns.map((column) =>
      helper.display({
        id: column.id,
        header: column.header,
        cell: ({ row }) => column.cell(row.original) as never,
      }),
    );
  }, [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: items,
    getRowId: rowId,
  });
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);

  return (
    <div class="table-frame" aria-busy={query.isFetching}>
      <table class="table cards">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id);
                return (
                  <th key={header.id} scope="col" class={classOf(column)} aria-sort={ariaSort(column)}>
                    {column?.sort ? <SortButton column={column} /> : column?.header}
                  </th>
                );
              })}
              {detail && (
                <th scope="col">
                  <span class="visually-hidden">{t("table.more")}</span>
                </th>
              )}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <Fragment key={row.id}>
              <tr data-row={row.id}>
                {row.getAllCells().map((cell) => {
                  const column = byId.get(cell.column.id);
                  return (
                    <td key={cell.id} class={classOf(column)} data-label={column?.header}>
                      {column?.cell(row.original)}
                    </td>
                  );
                })}
                {detail && (
                  <td class="number" data-label="">
                    <MoreButton
                      name={rowName?.(row.original) ?? row.id}
                      isOpen={open.has(row.id)}
                      toggle={() => toggle(row.id)}
                    />
                  </td>
                )}
              </tr>
              {detail && open.has(row.id) && (
                <tr class="table-detail" data-detail={row.id}>
                  <td colSpan={columns.length + 1}>{detail(row.original)}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<T>(column: Column<T> | undefined): string | undefined {
  return [column?.numeric && "number", column?.wide && "wide"].filter(Boolean).join(" ") || undefined;
}

function ariaSort<T>(column: Column<T> | undefined) {
  if (!column?.sort) return undefined;
  if (!column.sort.order) return "none";
  return column.sort.order === "asc" ? "ascending" : "descending";
}

function SortButton<T>({ column }: { column: Column<T> }) {
  const { order, change } = column.sort ?? { order: undefined, change: () => undefined };
  return (
    <button type="button" class="sort" onClick={() => change(order === "asc" ? "desc" : "asc")}>
      {column.header} <span aria-hidden="true">{order === "asc" ? "▲" : order === "desc" ? "▼" : "↕"}</span>
    </button>
  );
}

function MoreButton({ name, isOpen, toggle }: { name: string; isOpen: boolean; toggle: () => void }) {
  return (
    <button
      type="button"
      class="button quiet"
      aria-expanded={isOpen}
      aria-label={`${t("table.more")}: ${name}`}
      onClick={toggle}
    >
      <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
    </button>
  );
}
