/** The versions of Liferay that the emulator can be, each as far as its sources tell. */
import type { LiferaySwitches } from './switches.ts';

/** Signatures and tables of 7.1 and 7.2; errors without a body, as in production. */
const SEVEN_ONE: Partial<LiferaySwitches> = {
  generation: '7.1',
  buildNumber: 7110,
  version: '7.1.10',
  hasHeadless: false,
  hasMvcc: false,
  hasCtCollection: false,
  serializeThrowable: false,
};

/** The calendar plugin of 6.2 as its last builds were, which have the columns of 7.0. */
const LATE_SIX_TWO: Partial<LiferaySwitches> = {
  generation: '6.2',
  buildNumber: 6205,
  version: null,
  hasOAuth: false,
  hasHeadless: false,
  contextName: 'calendar-portlet',
  longsAsStrings: false,
  uidKey: 'vEventUid',
  errorStyle: 'exceptionWith200',
  hasMvcc: false,
  hasCtCollection: false,
  textsOnUpdate: 'replaced',
  approval: 'resourceUser',
  seriesDays: 'utc',
  writesReturn: 'rowAfterWorkflow',
  childrenOnUpdate: 'recreated',
  instanceDeletionTouchesModifiedDate: false,
};

export const VERSIONS = {
  '6.2': {
    ...LATE_SIX_TWO,
    buildNumber: 6201,
    errorStyle: 'exceptionAndMessageWith200',
    hasUidColumn: false,
    calendarsTellZone: false,
  },
  '6.2, last builds': LATE_SIX_TWO,
  '7.1': SEVEN_ONE,
  '7.2': { ...SEVEN_ONE, buildNumber: 7210, version: '7.2.10', hasHeadless: true },
  '7.3': { ...SEVEN_ONE, buildNumber: 7310, version: '7.3.10', hasHeadless: true, hasMvcc: true },
  '7.4': { buildNumber: 7413, version: '7.4.13', serializeThrowable: false },
  '2025': {},
} as const satisfies Record<string, Partial<LiferaySwitches>>;

/** The name of a version that the emulator can be. */
export type PortalVersion = keyof typeof VERSIONS;
