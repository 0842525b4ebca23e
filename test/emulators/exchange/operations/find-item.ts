/** FindItem: pages of masters and singles, or a CalendarView with recurrences expanded. */
import { EwsError, schemaViolation } from '../errors.ts';
import type { ItemShape } from '../item-shape.ts';
import { readItemShape } from '../item-shape.ts';
import { itemWriter } from '../item-writer.ts';
import type { Folder, StoredItem } from '../model.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { folderOf } from '../operation.ts';
import { compileRestriction } from '../restriction.ts';
import type { ItemView } from '../series.ts';
import { viewOf, viewsBetween } from '../series.ts';
import { messageOf } from '../soap.ts';
import { versionRank } from '../switches.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf } from '../xml.ts';
import { DAY_MS, parseDateTime, resolveDateTime, UTC_ZONE } from '../zones.ts';

const TWO_YEARS = 2 * 366 * DAY_MS;

function viewBound(view: XmlElement, name: string, context: OperationContext): number {
  const value = parseDateTime(view.attributes[name] ?? '');
  if (value === null) throw schemaViolation(`${name} is no dateTime.`);
  return resolveDateTime(value, context.timeZoneContext ?? UTC_ZONE);
}

/** Singles, occurrences and exceptions, never masters; at most two years (Microsoft Learn, CalendarView). */
function calendarView(
  folder: Folder,
  view: XmlElement,
  context: OperationContext,
): { readonly views: readonly ItemView[]; readonly isAll: boolean } {
  const from = viewBound(view, 'StartDate', context);
  const to = viewBound(view, 'EndDate', context);
  if (to < from) {
    throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate.');
  }
  if (to - from > TWO_YEARS) {
    throw new EwsError(
      'ErrorCalendarViewRangeTooBig',
      'The specified view range exceeds the maximum range of two years.',
    );
  }
  if (folder.folderClass !== 'IPF.Appointment') {
    throw new EwsError('ErrorCalendarFolderIsInvalidForCalendarView', 'The folder is not a calendar.');
  }
  const limit = Number(view.attributes['MaxEntriesReturned'] ?? Number.POSITIVE_INFINITY);
  const views: ItemView[] = [];
  for (const item of folder.items.values()) views.push(...viewsBetween(item, from, to));
  views.sort((a, b) => a.content.start - b.content.start);
  const { calendarViewLimit } = context.switches;
  if (views.length > calendarViewLimit && limit > calendarViewLimit) {
    throw new EwsError('ErrorResultSetTooBig', 'Set contains too many items to be returned.');
  }
  return { views: views.slice(0, limit), isAll: views.length <= limit };
}

function rootFolder(attributes: string, items: string): string {
  return `<m:RootFolder ${attributes}><t:Items>${items}</t:Items></m:RootFolder>`;
}

function matching(
  folder: Folder,
  restriction: XmlElement | undefined,
  context: OperationContext,
): readonly StoredItem[] {
  const expression = elementsOf(restriction)[0];
  if (expression === undefined) return [...folder.items.values()];
  const { candidates, matches } = compileRestriction(expression, context.store);
  return [...(candidates ?? folder.items.values())].filter((item) => item.folder === folder && matches(item));
}

function indexedPage(
  request: XmlElement,
  folder: Folder,
  context: OperationContext,
  write: (view: ItemView) => string,
): string {
  const view = childOf(request, 'IndexedPageItemView');
  const restriction = childOf(request, 'Restriction');
  const found = matching(folder, restriction, context);
  const offset = Number(view?.attributes['Offset'] ?? 0);
  const isNewer = versionRank(context.server) >= versionRank('Exchange2013');
  const { findLimit, findLimitWithRestriction } = context.switches;
  const cap = restriction !== undefined && isNewer ? findLimitWithRestriction : findLimit;
  const limit = Math.min(cap, Number(view?.attributes['MaxEntriesReturned'] ?? cap));
  const fromEnd = view?.attributes['BasePoint'] === 'End';
  const from = fromEnd ? Math.max(0, found.length - offset - limit) : offset;
  const page = found.slice(from, fromEnd ? found.length - offset : from + limit);
  const next = fromEnd ? offset + page.length : from + page.length;
  const items = page.map((item) => write(viewOf(context.store, item.id))).join('');
  return rootFolder(
    `IndexedPagingOffset="${next}" TotalItemsInView="${found.length}" IncludesLastItemInRange="${next >= found.length}"`,
    items,
  );
}

function shapeOf(request: XmlElement, { switches }: OperationContext): ItemShape {
  const shape = readItemShape(childOf(request, 'ItemShape'));
  if (switches.findItemTellsUid) return shape;
  return { ...shape, uris: new Set([...shape.uris].filter((uri) => uri !== 'calendar:UID')) };
}

export const findItem: Operation = (request, context) => {
  const calendar = childOf(request, 'CalendarView');
  return elementsOf(childOf(request, 'ParentFolderIds')).map((element) =>
    messageOf('FindItem', () => {
      const shape = shapeOf(request, context);
      const folder = folderOf(element, context);
      const write = itemWriter({ shape, version: context.version, switches: context.switches }, true);
      if (calendar === undefined) return indexedPage(request, folder, context, write);
      const { views, isAll } = calendarView(folder, calendar, context);
      return rootFolder(
        `TotalItemsInView="${views.length}" IncludesLastItemInRange="${isAll}"`,
        views.map(write).join(''),
      );
    }),
  );
};
