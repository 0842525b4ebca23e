/** A run that is stopped because somebody changed what it was planned on: nobody waits for the end of its lease. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { hourFrom, IDLE, Stage } from './stage.ts';

const LUNCH = { subject: 'Lunch', ...hourFrom('2026-05-06T12:00') };

/** A service during whose run, at its first request to this host, somebody makes an event and changes settings. */
function interrupted(stage: Stage, host: string): ReturnType<Stage['world']['engine']> {
  let isDone = false;
  const network =
    (fetch: HttpFetch): HttpFetch =>
    async (url, request) => {
      if (!isDone && new URL(url).host.startsWith(host)) {
        isDone = true;
        stage.create(LUNCH);
        await stage.changeSettings({ policy: 'liferay' });
      }
      return fetch(url, request);
    };
  return stage.world.engine({ network });
}

describe.each(['mail', 'portal'])('settings that are changed while a run asks %s', (host) => {
  test.each([
    ['for the first time', false],
    ['and finds nothing to do', true],
  ])('%s are followed by another run at once', async (_when, isSettled) => {
    const stage = await Stage.open({ protocol: 'ews' });
    if (isSettled) await stage.settle();
    await stage.round(undefined, interrupted(stage, host), 'stopped');
    expect(stage.titles().liferay).toEqual(['Lunch']);
    await stage.settle();
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});
