/**
 * Who uses the console: signed in by OAuth 2.0's authorization code with PKCE (RFC 7636).
 *
 * The access token stays in memory. What a reload must find again, the refresh token, is in the tab's session storage;
 * there is no cookie, so no other site can act in somebody's name.
 */
import * as oauth from "oauth4webapi";
import { t } from "../texts/index.ts";
import { config, type SignIn } from "./config.ts";

const REFRESH_TOKEN = "idlewatt.refresh_token";
const STARTED = "idlewatt.sign_in";
const RENEW_BEFORE_S = 60;
const TOKEN_WITHIN_MS = 20_000;
/** A token that the API refuses this soon will not be better the next time. */
const FRESH_S = 30;

interface Started {
  state: string;
  verifier: string;
  /** The page to come back to. */
  address: string;
}

interface Tokens {
  access: string;
  expires_at_ms: number;
  /** Whose they are: the user pool's own name of somebody is an id. */
  email: string | undefined;
}

type Reason = "refused" | "late" | "unreachable" | "not_accepted";

/** Why nobody could be signed in, in the words of the console. */
export class SignInError extends Error {
  constructor(reason: Reason, said = "", cause?: unknown) {
    super(t(`sign_in.${reason}`, { said }), { cause });
  }
}

let tokens: Tokens | undefined;
let signedInAtMs = 0;
let renewing: Promise<void> | undefined;
let leaving: Promise<never> | undefined;
/** All tabs of the console: who signs out in one has signed out. */
const tabs = new BroadcastChannel("idlewatt.session");

/** Make sure that somebody is signed in; where nobody is, the browser leaves for the sign-in page, and this never ends. */
export async function begin(): Promise<void> {
  const signIn = config().sign_in;
  if (!signIn) return;
  tabs.onmessage = () => {
    // Each tab that has signed in by itself has a refresh token of its own.
    revoke(signIn);
    forget();
    location.reload();
  };
  // "Back" to a page that was kept as it stood: nobody is signed in on it any more.
  addEventListener("pageshow", (event) => {
    if (event.persisted && !tokens) location.reload();
  });
  if (await comeBack(signIn, new URL(location.href))) return;
  await renewed(signIn);
}

/** The header that a request needs; empty where nobody signs in. Throws SignInError. */
export async function authorization(): Promise<Record<string, string>> {
  const signIn = config().sign_in;
  if (!signIn) return {};
  if (!isGoodFor(RENEW_BEFORE_S)) await renewed(signIn);
  return tokens ? { authorization: `Bearer ${tokens.access}` } : {};
}

/** The API has refused the token: sign in anew. Throws SignInError where that would go round in circles. */
export async function signInAgain(): Promise<void> {
  const signIn = config().sign_in;
  if (!signIn) return;
  if (Date.now() - signedInAtMs < FRESH_S * 1000) throw new SignInError("not_accepted");
  await start(signIn);
}

/** The e-mail address of whoever has signed in. */
export function signedInAs(): string | undefined {
  return tokens?.email;
}

export function signOut(): void {
  const signIn = config().sign_in;
  if (!signIn) return;
  revoke(signIn);
  forget();
  tabs.postMessage("signed out");
  const address = new URL(signIn.end_session_endpoint);
  address.searchParams.set("client_id", signIn.client_id);
  address.searchParams.set("logout_uri", redirectUri());
  location.assign(address);
}

/**
 * End what would renew the token (RFC 7009). It goes on after the page has been left, and nobody waits for it: who signs
 * out has signed out here, whatever becomes of it. It is sent as a form of another site would be, for which a browser
 * asks no permission first and from which it reads nothing.
 */
function revoke(signIn: SignIn): void {
  const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
  if (!refreshToken) return;
  const [server, client] = [serverOf(signIn), { client_id: signIn.client_id }];
  const leaves: RequestInit = { mode: "no-cors", redirect: "follow", keepalive: true };
  oauth
    .revocationRequest(server, client, oauth.None(), refreshToken, {
      ...OPTIONS(signIn),
      [oauth.customFetch]: (address, request) => fetch(address, { ...request, ...leaves }),
    })
    .catch(() => undefined);
}

function forget(): void {
  sessionStorage.removeItem(REFRESH_TOKEN);
  tokens = undefined;
}

function isGoodFor(seconds: number): boolean {
  return tokens !== undefined && tokens.expires_at_ms - Date.now() > seconds * 1000;
}

function redirectUri(): string {
  return `${location.origin}/`;
}

/** Leave for the sign-in page; once, however many requests have been refused. */
function start(signIn: SignIn): Promise<never> {
  leaving ??= leave(signIn);
  return leaving;
}

async function leave(signIn: SignIn): Promise<never> {
  forget();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  sessionStorage.setItem(
    STARTED,
    JSON.stringify({ state, verifier, address: location.href } satisfies Started),
  );
  const address = new URL(signIn.authorization_endpoint);
  address.search = new URLSearchParams({
    response_type: "code",
    client_id: signIn.client_id,
    redirect_uri: redirectUri(),
    scope: signIn.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    lang: document.documentElement.lang,
  }).toString();
  location.replace(address);
  // Nothing that waits for a token goes on while the browser leaves.
  return new Promise(() => undefined);
}

/** From the sign-in page, with a code or with an error. False: not from there, or not on this tab's own errand. */
async function comeBack(signIn: SignIn, here: URL): Promise<boolean> {
  const said = here.searchParams;
  if (here.pathname !== "/" || !said.has("state") || !(said.has("code") || said.has("error"))) return false;
  const started = JSON.parse(sessionStorage.getItem(STARTED) ?? "null") as Started | null;
  sessionStorage.removeItem(STARTED);
  // Out of the address bar and the history, whatever becomes of it.
  history.replaceState(null, "", ownAddress(started?.address ?? "/"));
  // A link that somebody else made, or the sign-in page by "Back": the code in it is not for us.
  if (started?.state !== said.get("state")) return false;
  const [server, client] = [serverOf(signIn), { client_id: signIn.client_id }];
  try {
    const parameters = oauth.validateAuthResponse(server, client, here, started.state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri(),
      started.verifier,
      OPTIONS(signIn),
    );
    keep(await oauth.processAuthorizationCodeResponse(server, client, answer));
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError)
      throw new SignInError("refused", error.error_description ?? error.error, error);
    throw new SignInError(isRefusal(error) ? "late" : "unreachable", "", error);
  }
  signedInAtMs = Date.now();
  return true;
}

/** An address of this origin, whatever was kept. */
function ownAddress(kept: string): string {
  const address = URL.parse(kept, location.origin);
  return address?.origin === location.origin ? address.href : "/";
}

/** Have a token, by the refresh token or by signing in. A network that fails signs nobody out: it throws SignInError. */
async function renewed(signIn: SignIn): Promise<void> {
  renewing ??= renew(signIn).finally(() => {
    renewing = undefined;
  });
  try {
    await renewing;
  } catch (error) {
    if (isRefusal(error)) return start(signIn);
    if (!isGoodFor(0)) throw new SignInError("unreachable", "", error);
  }
}

async function renew(signIn: SignIn): Promise<void> {
  const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
  if (!refreshToken) return start(signIn);
  const [server, client] = [serverOf(signIn), { client_id: signIn.client_id }];
  const answer = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    refreshToken,
    OPTIONS(signIn),
  );
  keep(await oauth.processRefreshTokenResponse(server, client, answer));
}

/** The token endpoint has said no (RFC 6749, section 5.2); another time it would say so again. */
function isRefusal(error: unknown): boolean {
  return error instanceof oauth.ResponseBodyError && error.status < 500 && error.status !== 429;
}

function keep(answer: oauth.TokenEndpointResponse): void {
  const email = oauth.getValidatedIdTokenClaims(answer)?.email;
  tokens = {
    access: answer.access_token,
    expires_at_ms: Date.now() + (answer.expires_in ?? 3600) * 1000,
    email: typeof email === "string" ? email : undefined,
  };
  // Cognito sends none when it renews: the old one stays good.
  if (answer.refresh_token) sessionStorage.setItem(REFRESH_TOKEN, answer.refresh_token);
}

function serverOf(signIn: SignIn): oauth.AuthorizationServer {
  return {
    issuer: signIn.issuer,
    authorization_endpoint: signIn.authorization_endpoint,
    token_endpoint: signIn.token_endpoint,
    revocation_endpoint: signIn.revocation_endpoint,
  };
}

/** A developer's machine has no TLS. Whoever waits for a token waits for everything: not for ever. */
const OPTIONS = (signIn: SignIn) => ({
  signal: () => AbortSignal.timeout(TOKEN_WITHIN_MS),
  [oauth.allowInsecureRequests]: signIn.token_endpoint.startsWith("http:"),
});
