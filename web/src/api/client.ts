/** The operator API, by the types of its OpenAPI document. */
import { QueryClient } from "@tanstack/react-query";
import createClient, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";
import { t } from "../texts/index.ts";
import type { components, paths } from "./openapi.d.ts";
import { authorization, signInAgain } from "./session.ts";

const TOO_MANY = 429;
const SERVER_ERROR = 500;

export type Schemas = components["schemas"];

/** A refusal: problem details (RFC 9457), API Gateway's own, or what the network did. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Partial<Schemas["Problem"]>;

  constructor(status: number, problem: Partial<Schemas["Problem"]>) {
    super(problem.detail || `${status} ${problem.title ?? ""}`.trim());
    this.status = status;
    this.problem = problem;
  }

  /** What is wrong with a field of the request: `at("expires_at")`. */
  at(path: string): string | undefined {
    return this.problem.errors?.find((one) => one.path === path)?.reason;
  }
}

const signedIn: Middleware = {
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(await authorization())) request.headers.set(name, value);
    return request;
  },
  onError({ error, request }) {
    if (error instanceof DOMException || request.signal.aborted) return;
    // Browsers' own words for it differ, and none is of use.
    return new Error(t("api.unreachable"), { cause: error });
  },
  async onResponse({ response }) {
    if (response.ok) return response;
    if (response.status === 401) await signInAgain();
    const body: unknown = await response.json().catch(() => ({}));
    throw new ApiError(response.status, toProblem(body, response));
  },
};

function toProblem(body: unknown, { status, statusText: title }: Response): Partial<Schemas["Problem"]> {
  const said = typeof body === "object" && body !== null ? body : {};
  // What API Gateway says by itself, and CloudFront by a page, is no help: `Too Many Requests`.
  if (status === TOO_MANY) return { title, detail: t("api.too_many") };
  if (status >= SERVER_ERROR && !("detail" in said)) return { title, detail: t("api.failing", { status }) };
  if ("message" in said) return { title, detail: String(said.message) };
  return { title, ...said };
}

export const ROOT = "/api/v1";

/** For one request: `await api.POST("/stations/{station_id}/calls", {...})`. It throws ApiError. */
export const api = createClient<paths>({ baseUrl: ROOT });
api.use(signedIn);

/** For what a page shows: `queries.useQuery("get", "/stations", {...})`. */
export const queries = createQueries(api);

/** Another time it would be answered so again. */
const isFinal = (status: number): boolean => status < SERVER_ERROR && status !== TOO_MANY;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && isFinal(error.status)),
    },
  },
});

/** Read anew what is shown of these paths (`/id-tokens`) and of what is below them. */
export function refresh(...prefixes: string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === "string" && prefixes.some((prefix) => path.startsWith(prefix)),
  });
}

/** Excel takes a table without it for one in the code page of its system, and has no umlauts then. */
const UTF_8 = "\uFEFF";

/** A file of the API (a CSV export), which a plain link could not fetch for want of the token; all parts of a long one. */
export async function download(path: string, fileName: string): Promise<void> {
  const parts: Blob[] = [];
  let next: string | undefined = ROOT + path;
  while (next !== undefined) {
    const answer: Response = await fetch(next, { headers: await authorization() });
    if (!answer.ok)
      throw new ApiError(answer.status, toProblem(await answer.json().catch(() => ({})), answer));
    parts.push(await answer.blob());
    next = /<([^>]+)>; *rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  const type = parts[0]?.type ?? "";
  saveAs(new Blob(type.startsWith("text/csv") ? [UTF_8, ...parts] : parts, { type }), fileName);
}

/** Let the browser save what is here already. */
export function saveAs(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
