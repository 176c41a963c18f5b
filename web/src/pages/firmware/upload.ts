/** Bringing the file of firmware to where the API says, with what it must be like. */
import type { Schemas } from "../../api/client.ts";
import { t } from "../../texts/index.ts";

/** The whole file must be in memory to be summed up. */
const MOST_SUMMED_BYTES = 256 * 2 ** 20;
/** What S3 says of a file that is there already: it was brought before, and only its answer was lost. */
const IS_THERE = 412;
const TOO_LARGE = 413;
const DONE: readonly number[] = [200, IS_THERE];
/** No event tells that a file has been read. */
export const POLL_EVERY_MS = 1_000;

/** What the file must be like when it has arrived: its size and, unless it is huge, its SHA-256. */
export async function declared(file: File): Promise<Pick<Schemas["NewFirmware"], "size_bytes" | "sha256">> {
  if (file.size > MOST_SUMMED_BYTES) return { size_bytes: file.size };
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const sha256 = [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { size_bytes: file.size, sha256 };
}

/** One PUT to the front door, which is the console's own origin, by whatever name the link has it. */
export function bring(
  file: File,
  link: string,
  told: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => told(file.size === 0 ? 1 : loaded / file.size);
    request.onload = () =>
      DONE.includes(request.status) ? resolve() : reject(new Error(refusalOf(request.status)));
    request.onerror = () => reject(new Error(t("firmware.broke_off")));
    request.onabort = () => reject(new DOMException("the upload was given up", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.open("PUT", new URL(link).pathname);
    request.send(file);
  });
}

function refusalOf(status: number): string {
  return status === TOO_LARGE ? t("firmware.too_large") : t("firmware.not_taken", { status });
}

/** As stations may call it: they see the name at the end of a URL, and some know no escapes. */
export function tidyName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9._+-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 100);
}
