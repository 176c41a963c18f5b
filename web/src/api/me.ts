/** Who uses the console, and what they may do. The API enforces it; the console shows nobody what they may not do. */
import { queries } from "./client.ts";

export type Role = "viewer" | "operator" | "admin";
const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

export interface Me {
  username: string;
  role: Role;
}

export function useMe(): Me | undefined {
  return queries.useQuery("get", "/me", undefined, { staleTime: Number.POSITIVE_INFINITY }).data as
    | Me
    | undefined;
}

/** Whether whoever uses the console has at least this role. */
export function useMay(role: Role): boolean {
  const me = useMe();
  return me !== undefined && ROLES.indexOf(me.role) >= ROLES.indexOf(role);
}
