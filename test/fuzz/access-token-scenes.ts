/** What the service asks of the portal about the token of a person: its keys, its application, the token itself. */
import { createTokenVerifier } from '#http/authentication.ts';
import { ApiProblem } from '#http/problem.ts';
import { createLiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

const ORIGIN = 'https://portal.example.com';
const ERC = 'connector-oauth-application-user-agent';

/** The keys of the emulator are new each time: what a seed does to their bytes is another thing then. */
export async function accessTokenScenes(): Promise<readonly Scene[]> {
  return [await scene('signed', true), await scene('opaque', false)];
}

async function scene(kind: string, issueJwtAccessToken: boolean): Promise<Scene> {
  const emulator = createLiferayEmulator({
    ...{ clock: { now: () => NOW }, ids: serialIds(), origin: ORIGIN },
    switches: { issueJwtAccessToken },
  });
  const userId = emulator.addUser({
    ...{ screenName: 'anna', emailAddress: 'anna@example.com', password: 'secret' },
    ...{ firstName: 'Anna', lastName: 'Rossi', zone: 'Europe/Rome' },
  });
  emulator.addOAuthClient({
    ...{ clientId: 'agent', clientSecret: '', kind: 'userAgent' },
    erc: ERC,
    scopes: [],
  });
  const token = await emulator.issueUserToken(userId, 'agent');
  const oauth = {
    ...{ expectedClientId: null, externalReferenceCode: ERC },
    ...{ jwksUrl: `${ORIGIN}/o/oauth2/jwks`, introspectUrl: `${ORIGIN}/o/oauth2/introspect` },
  };
  const network = emulated((request) => emulator.fetch(request));
  const settings = { oauth, portalUrl: ORIGIN, timeoutMs: 10_000 };
  return record('accessTokens', `${kind} access token`, network, async (fetch) => {
    try {
      const { userId: found } = await createTokenVerifier(fuzzEffects(fetch), settings)(token);
      // What a signature says no other answer of the portal can change.
      if (issueJwtAccessToken && found !== String(userId)) throw new Error(`the token of user ${found}`);
      return { userId: found };
    } catch (error) {
      if (error instanceof ApiProblem) return { refused: error.reason };
      throw error;
    }
  });
}
