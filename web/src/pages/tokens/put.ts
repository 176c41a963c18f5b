import { api, refresh, type Schemas } from "../../api/client.ts";

/** A token and its revision, for `If-Match`: what happened to it meanwhile is never overwritten. */
export interface Known {
  token: Schemas["IdToken"];
  revision: string;
}

export async function getToken(idToken: string): Promise<Known> {
  const { data, response } = await api.GET("/id-tokens/{id_token}", {
    params: { path: { id_token: idToken } },
  });
  if (!data) throw new Error("the answer is empty");
  return { token: data, revision: response.headers.get("etag") ?? "" };
}

/** Without a revision the token is created, or replaced whatever it is. */
export async function putToken(idToken: string, body: Schemas["IdTokenSettings"], revision?: string) {
  const header = revision ? { "if-match": revision } : {};
  await api.PUT("/id-tokens/{id_token}", { params: { path: { id_token: idToken }, header }, body });
  await refresh("/id-tokens", "/groups");
}

/** A group and its revision. */
export interface KnownGroup {
  group: Schemas["Group"];
  revision: string;
}

export async function getGroup(groupId: string): Promise<KnownGroup> {
  const { data, response } = await api.GET("/groups/{group_id}", { params: { path: { group_id: groupId } } });
  if (!data) throw new Error("the answer is empty");
  return { group: data, revision: response.headers.get("etag") ?? "" };
}

export async function putGroup(groupId: string, body: Schemas["GroupSettings"], revision?: string) {
  const header = revision ? { "if-match": revision } : {};
  await api.PUT("/groups/{group_id}", { params: { path: { group_id: groupId }, header }, body });
  await refresh("/groups");
}

/** Whether there is such a group; ids are compared as those of tokens are. */
export async function groupExists(groupId: string, cursor?: string): Promise<boolean> {
  const { data } = await api.GET("/groups", { params: { query: { limit: 200, cursor } } });
  const wanted = groupId.toLowerCase();
  if (data?.items.some((one) => one.group_id.toLowerCase() === wanted)) return true;
  return data?.next_cursor ? groupExists(groupId, data.next_cursor) : false;
}

/** Whether there is such a token. It is looked for in the list, where a missing one is no error. */
export async function exists(idToken: string): Promise<boolean> {
  const wanted = idToken.toLowerCase();
  const page = async (cursor?: string): Promise<boolean> => {
    const query = { search: idToken, limit: 200, cursor };
    const { data } = await api.GET("/id-tokens", { params: { query } });
    if (data?.items.some((one) => one.id_token.toLowerCase() === wanted)) return true;
    return data?.next_cursor ? page(data.next_cursor) : false;
  };
  return page();
}
