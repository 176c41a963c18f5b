/** Where the console is: `/config.json`, which the cloud keeps beside the console and the local system answers. */
export interface Config {
  stage: string;
  version: string;
  /** Null: nobody needs to sign in, as on a developer's machine. */
  sign_in: SignIn | null;
  /** Null: the map has the outlines of countries and no tiles. */
  map_tiles: { url: string; attribution: string } | null;
}

/** The sign-in of the user pool, by the names of OAuth 2.0's authorization server metadata (RFC 8414). */
export interface SignIn {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint: string;
  end_session_endpoint: string;
  client_id: string;
  scope: string;
}

let read: Config | undefined;

export async function readConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  read = (await answer.json()) as Config;
  return read;
}

/** The configuration, once it has been read. */
export function config(): Config {
  if (!read) throw new Error("the configuration has not been read");
  return read;
}
