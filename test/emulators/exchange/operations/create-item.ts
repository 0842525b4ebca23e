/** CreateItem: calendar items, and the response objects that accept, decline or cancel a meeting. */
import { EwsError } from '../errors.ts';
import { outlookUid } from '../extended-properties.ts';
import { defaultContent } from '../item-defaults.ts';
import { applyDraft, emptyDraft, readProperty, refuseInvalidProperties } from '../item-reader.ts';
import type { SendMode } from '../meetings.ts';
import { itemIdXml } from '../occurrence-xml.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { batch, folderOf } from '../operation.ts';
import { normaliseSeries } from '../series.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf } from '../xml.ts';
import { RESPONSE_OBJECTS, respondToMeeting } from './meeting-responses.ts';

function createCalendarItem(element: XmlElement, request: XmlElement, context: OperationContext): string {
  const mode = request.attributes['SendMeetingInvitations'];
  if (mode === undefined) {
    throw new EwsError(
      'ErrorSendMeetingInvitationsRequired',
      'The SendMeetingInvitations attribute is required for calendar items.',
    );
  }
  const { store, mailbox, meetings } = context;
  const target = elementsOf(childOf(request, 'SavedItemFolderId'))[0];
  const folder = target === undefined ? mailbox.calendar : folderOf(target, context);
  if (!folder.canWrite)
    throw new EwsError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  const draft = emptyDraft();
  for (const property of elementsOf(element)) readProperty(draft, property, context);
  const content = applyDraft(draft, context, null, defaultContent(folder.mailbox, store.clock.now()));
  const keepsUid = draft.uid !== undefined && draft.uid !== '' && context.switches.keepsUidOnCreate;
  const uid = keepsUid ? (draft.uid ?? '') : outlookUid(store.ids.uuid());
  const normal = draft.recurrence == null ? null : normaliseSeries(content, draft.recurrence);
  const series =
    normal === null
      ? null
      : {
          recurrence: normal.recurrence,
          exceptions: new Map(),
          deletedDays: new Map<number, number | null>(),
        };
  const item = store.create(folder, normal?.content ?? content, series, uid);
  meetings.created(item, mode as SendMode);
  return `<m:Items><t:CalendarItem>${itemIdXml(item.id, item.changeKey)}</t:CalendarItem></m:Items>`;
}

export const createItem: Operation = (request, context) => {
  const elements = elementsOf(childOf(request, 'Items'));
  // A real server checks the whole request against its schema before it creates anything.
  for (const element of elements) {
    if (element.name === 'CalendarItem') refuseInvalidProperties(element, context);
  }
  return batch('CreateItem', elements, context, (element) => {
    if (element.name === 'CalendarItem') return createCalendarItem(element, request, context);
    if (RESPONSE_OBJECTS.has(element.name)) return respondToMeeting(element, request, context);
    throw new EwsError('ErrorInvalidOperation', `${element.name} cannot be created here.`);
  });
};
