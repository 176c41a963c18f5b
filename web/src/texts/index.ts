/**
 * Every text of the console, German and English, from one file (texts.json).
 *
 * `{name}` is replaced; a text with `|` has a singular and a plural, told apart by `count`, which is written as numbers
 * are (`12,345`). Other numbers may be ids, and stay as they are.
 */
import texts from "./texts.json";

export type TextKey = keyof typeof texts;
export type Language = "en" | "de";
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

const KEPT = "idlewatt.language";

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "de") return kept;
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

export let language: Language = firstLanguage();
document.documentElement.lang = language;

/** The language with the viewer's region, by which dates and numbers are written: `en-GB`. */
export function locale(): string {
  return navigator.languages.find((one) => one.toLowerCase().startsWith(language)) ?? language;
}

/** Keep a language for this browser; whoever calls it draws the console anew. */
export function setLanguage(wanted: Language): void {
  language = wanted;
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = wanted;
}

export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text = inNumber(texts[key][language], values.count);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => written(name, values[name]) ?? whole);
}

function written(name: string, value: string | number | undefined): string | undefined {
  return name === "count" ? value?.toLocaleString(locale()) : value?.toString();
}

function inNumber(text: string, count: string | number | undefined): string {
  const [one, other] = text.split("|");
  if (other === undefined || one === undefined) return text;
  return Number(count) === 1 ? one : other;
}

/** The text of a word that the API uses (`status.Charging`), or the word itself if we have none. */
export function word(
  kind: string,
  value: string | null | undefined,
  values: Readonly<Record<string, string | number>> = {},
): string {
  if (value === null || value === undefined) return "–";
  const key = `${kind}.${value}`;
  return key in texts ? t(key as TextKey, values) : value;
}
