/** Looking up tenants, apps and users, and who of them may come in. */

import { sameAddress } from "../../core/mail.ts";
import { type AadstsCode, EntraFault } from "./faults.ts";
import type { AppRegistration, EntraUser, Tenant } from "./nouns.ts";

/** Names in the place of a tenant that mean "whichever the user belongs to". */
export const SHARED_TENANTS: readonly string[] = ["common", "organizations", "consumers"];

export class Directory {
  #keptOut = new Map<string, AadstsCode>();

  constructor(private readonly tenants: readonly Tenant[]) {}

  /** By id or domain; throws 90002. */
  tenant(name: string): Tenant {
    const wanted = name.toLowerCase();
    const tenant = this.tenants.find(({ id, domains }) =>
      id.toLowerCase() === wanted || (domains ?? []).some((domain) => domain.toLowerCase() === wanted)
    );
    if (tenant === undefined) throw new EntraFault(90002, name);
    return tenant;
  }

  /** Throws 90002 for an unknown tenant, 700016 for an unknown app. */
  app(tenantName: string, clientId: string): { tenant: Tenant; app: AppRegistration } {
    if (clientId === "") throw new EntraFault(90014, "client_id");
    const tenants = SHARED_TENANTS.includes(tenantName) ? this.tenants : [this.tenant(tenantName)];
    for (const tenant of tenants) {
      const app = tenant.apps.find((each) => each.clientId === clientId);
      if (app !== undefined) return { tenant, app };
    }
    throw new EntraFault(700016, clientId);
  }

  /** The named user, or the tenant's first; throws for one who is unknown, kept out, or not assigned to the app. */
  admit(tenant: Tenant, app: AppRegistration, address: string | null): EntraUser {
    const users = tenant.users ?? [];
    const user = address === null ? users[0] : users.find((each) => sameAddress(each.address, address));
    if (user === undefined) throw new EntraFault(50034, address ?? "");
    const code = this.#keptOut.get(user.address.toLowerCase());
    if (code !== undefined) throw new EntraFault(code, user.address);
    const assigned = app.assignedUsers;
    if (assigned !== undefined && !assigned.some((each) => sameAddress(each, user.address))) {
      throw new EntraFault(50105, user.address);
    }
    return user;
  }

  /** Of any tenant; a mistake of the test if there is none. */
  user(address: string): EntraUser {
    for (const { users } of this.tenants) {
      const user = users?.find((each) => sameAddress(each.address, address));
      if (user !== undefined) return user;
    }
    throw new Error(`no tenant has the user ${address}`);
  }

  keepOut(address: string, code: AadstsCode): void {
    this.#keptOut.set(address.toLowerCase(), code);
  }
}
