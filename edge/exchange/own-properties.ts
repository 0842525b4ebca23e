/** The named properties that we keep in items of mailboxes, whichever protocol writes them: an item may be found by the other. */

/** Our own property set: nobody else's names can clash with ours. Never change it; it finds what we created. */
export const PROPERTY_SET = 'c9fa4c3e-5f5b-4d0e-9a43-6b1f3f0d7a52';
/** The stamp of a create, a string. */
export const STAMP_PROPERTY = 'liferaySyncId';
/** A string that remembers an IANA zone beside the item's Windows zone: `Europe/Rome|W. Europe Standard Time`. */
export const ZONE_PROPERTY = 'liferayZone';
