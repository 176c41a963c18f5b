/** JSON as it is read best, and what its pieces are. */

export type Piece = readonly [kind: "name" | "text" | "number" | "word" | "mark", text: string];

const PIECES =
  /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|[^"\d\-tfn]+|./g;

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2) ?? "";

/** The pieces of a JSON text; together they are the whole of it. */
export function piecesOf(text: string): Piece[] {
  return [...text.matchAll(PIECES)].flatMap(([whole, quoted, colon, digits, named]): Piece[] => {
    if (quoted !== undefined && colon !== undefined)
      return [
        ["name", quoted],
        ["mark", colon],
      ];
    if (quoted !== undefined) return [["text", quoted]];
    if (digits !== undefined) return [["number", digits]];
    return [[named === undefined ? "mark" : "word", whole]];
  });
}
