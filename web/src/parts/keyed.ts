/** Idempotency keys: what is sent again, because nobody knows whether it arrived, is done once. */
import { useRef } from "preact/hooks";
import { ApiError } from "../api/client.ts";

export interface KeyHeader {
  "idempotency-key": string;
}

/** From here on nobody knows whether it was done. */
const SERVER_ERROR = 500;

/** Runs work with the same key until the API has answered, be it with a refusal: after a refusal nothing was done. */
export function useKeyed(): <T>(work: (header: KeyHeader) => Promise<T>) => Promise<T> {
  const key = useRef<string | undefined>(undefined);
  return async (work) => {
    key.current ??= crypto.randomUUID();
    try {
      const done = await work({ "idempotency-key": key.current });
      key.current = undefined;
      return done;
    } catch (problem) {
      if (problem instanceof ApiError && problem.status < SERVER_ERROR) key.current = undefined;
      throw problem;
    }
  };
}
