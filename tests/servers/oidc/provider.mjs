// A real OpenID provider for the tests. What it is told comes as one JSON in its first argument:
// {port, modules, clients, keys}; it says "ready" when it listens. Whoever types a name at its door is that person.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const told = JSON.parse(process.argv[2]);
const entry = createRequire(`${told.modules}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(entry));

const provider = new Provider(`http://127.0.0.1:${told.port}`, {
  clients: told.clients,
  jwks: { keys: told.keys },
  cookies: { keys: ["for tests alone"] },
  pkce: { required: () => true },
  // What the profile tells stands in the ID token itself.
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: `${id}@office` }) }),
  // Nobody is asked whether the office's archive may know who they are.
  async loadExistingGrant(context) {
    const grant = new provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});
provider.listen(told.port, "127.0.0.1", () => console.log("ready"));
