/** All that the adapters ask, recorded from the emulators. */
import { accessTokenScenes } from './access-token-scenes.ts';
import { autodiscoverScenes } from './autodiscover-scenes.ts';
import { exchangeScenes } from './exchange-scenes.ts';
import { graphScenes } from './graph-scenes.ts';
import { liferayScenes } from './liferay-scenes.ts';
import { pushScenes } from './push-scenes.ts';
import type { Parser, Scene } from './scene.ts';
import { signInScenes } from './sign-in-scenes.ts';

/** Those of one parser, or all. */
export async function allScenes(parser?: Parser): Promise<readonly Scene[]> {
  const all = [
    ...(await exchangeScenes()),
    ...(await pushScenes()),
    ...(await graphScenes()),
    ...(await liferayScenes()),
    ...(await signInScenes()),
    ...(await autodiscoverScenes()),
    ...(await accessTokenScenes()),
  ];
  return parser === undefined ? all : all.filter((scene) => scene.parser === parser);
}
