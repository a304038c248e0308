/** Accounts in memory, with passwords as they are. For tests of pages only. */
// deno-lint-ignore-file explicit-function-return-type -- the methods are typed by the interfaces that they fill
import type { UserId } from "../../../../actors/model/mod.ts";
import type { Auth, SessionUser } from "../../../../routes/deps.ts";
import { HttpProblem } from "../../../../routes/problem.ts";

/** Whoever signs up with the e-mail `operator` is one. */
export function stubAuth(operator: string | null): Auth {
  const users = new Map<string, { readonly user: SessionUser; readonly password: string }>();
  const tokens = new Map<string, SessionUser>();
  const open = (user: SessionUser): { user: SessionUser; token: string } => {
    const token = crypto.randomUUID();
    tokens.set(token, user);
    return { user, token };
  };
  return {
    async signUp({ email, password, name, locale }) {
      await Promise.resolve();
      if (users.has(email)) throw new HttpProblem(409, "email-taken", "Cannot sign up: it is taken");
      if (password.length < 10) throw new HttpProblem(400, "weak-password", "Cannot use this password");
      const user = { id: `u${users.size}` as UserId, email, name, locale, operator: email === operator };
      users.set(email, { user, password });
      return open(user);
    },
    async login({ email, password }) {
      await Promise.resolve();
      const known = users.get(email);
      if (known === undefined || known.password !== password) {
        throw new HttpProblem(401, "unauthorized", "Cannot log in");
      }
      return open(known.user);
    },
    logout: (token) => Promise.resolve(void tokens.delete(token)),
    userOf: (token) => Promise.resolve(tokens.get(token) ?? null),
  };
}
