/** UpdateItem: property by property, bound to a change key; on an occurrence it makes an exception. */
import { EwsError, schemaViolation } from '../errors.ts';
import { extendedKey } from '../extended-properties.ts';
import { defaultContent } from '../item-defaults.ts';
import type { ItemDraft } from '../item-reader.ts';
import { applyDraft, emptyDraft, readProperty, refuseInvalidProperties } from '../item-reader.ts';
import type { SendMode } from '../meetings.ts';
import type { Attendee, ItemContent } from '../model.ts';
import { itemIdXml } from '../occurrence-xml.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { batch, itemOf } from '../operation.ts';
import type { ItemView } from '../series.ts';
import { writeItem, writeOccurrence } from '../writes.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf } from '../xml.ts';

/** Property elements by the FieldURI that names them. */
function elementNameOf(uri: string): string {
  return uri.slice(uri.indexOf(':') + 1);
}

/** Of calendar items only the lists of people, and the body, take more (Microsoft Learn, UpdateItem operation). */
const APPENDABLE: ReadonlySet<string> = new Set(['RequiredAttendees', 'OptionalAttendees', 'Resources']);

/** Sets what stands there with what is appended. */
function appendField(change: XmlElement, draft: ItemDraft, view: ItemView, context: OperationContext): void {
  const name = elementNameOf(elementsOf(change)[0]?.attributes['FieldURI'] ?? '');
  if (!APPENDABLE.has(name)) {
    throw new EwsError('ErrorInvalidPropertyAppend', `Append action is invalid for property ${name}.`);
  }
  const before = draft.content.attendees ?? view.content.attendees;
  setField(change, draft, view, context);
  const appended = draft.content.attendees?.filter((attendee) => !before.includes(attendee)) ?? [];
  const isNew = ({ address }: Attendee) =>
    !before.some((known) => known.address.toLowerCase() === address.toLowerCase());
  draft.content.attendees = [...before, ...appended.filter(isNew)];
}

function setField(change: XmlElement, draft: ItemDraft, view: ItemView, context: OperationContext): void {
  const [path, item] = elementsOf(change);
  if (path === undefined || item === undefined)
    throw schemaViolation(`${change.name} needs a path and an item.`);
  const properties = elementsOf(item);
  const [property] = properties;
  if (property === undefined || properties.length !== 1) {
    throw new EwsError(
      'ErrorIncorrectUpdatePropertyCount',
      'An object within a change description must contain one and only one property to modify.',
    );
  }
  const named =
    path.name === 'ExtendedFieldURI' ? 'ExtendedProperty' : elementNameOf(path.attributes['FieldURI'] ?? '');
  const isSame =
    property.name === named &&
    (named !== 'ExtendedProperty' ||
      extendedKey(path.attributes) === extendedKey(childOf(property, 'ExtendedFieldURI')?.attributes ?? {}));
  if (!isSame) {
    throw new EwsError('ErrorUpdatePropertyMismatch', 'The property in the update does not match the path.');
  }
  refuseOnOccurrence(named, view);
  readProperty(draft, property, context, view.content.attendees);
}

/** Recurrence and UID belong to the series (exchangelib). */
function refuseOnOccurrence(name: string, view: ItemView): void {
  if (view.occurrence !== null && (name === 'Recurrence' || name === 'UID')) {
    throw new EwsError(
      'ErrorInvalidPropertySet',
      `Set action is invalid for property ${name} of an occurrence.`,
    );
  }
}

const DELETABLE: Readonly<
  Record<string, (content: ItemDraft['content'], view: ItemView, blank: ItemContent) => void>
> = {
  Subject: (content) => {
    content.subject = '';
  },
  Location: (content) => {
    content.location = '';
  },
  Body: (content) => {
    content.body = { type: 'Text', text: '' };
  },
  Categories: (content) => {
    content.categories = [];
  },
  Sensitivity: (content, _, blank) => {
    content.sensitivity = blank.sensitivity;
  },
  LegacyFreeBusyStatus: (content, _, blank) => {
    content.showAs = blank.showAs;
  },
  ReminderMinutesBeforeStart: (content, _, blank) => {
    content.reminderMinutes = blank.reminderMinutes;
  },
  RequiredAttendees: (content, view) => dropAttendees(content, view, 'required'),
  OptionalAttendees: (content, view) => dropAttendees(content, view, 'optional'),
  Resources: (content, view) => dropAttendees(content, view, 'resource'),
};

function dropAttendees(content: ItemDraft['content'], view: ItemView, role: string): void {
  content.attendees = (content.attendees ?? view.content.attendees).filter(
    (attendee) => attendee.role !== role,
  );
}

function deleteField(change: XmlElement, draft: ItemDraft, view: ItemView, context: OperationContext): void {
  const [path] = elementsOf(change);
  if (path === undefined) throw schemaViolation('DeleteItemField needs a path.');
  if (path.name === 'ExtendedFieldURI') {
    draft.extended.set(extendedKey(path.attributes), null);
    return;
  }
  const name = elementNameOf(path.attributes['FieldURI'] ?? '');
  if (name === 'Recurrence') {
    refuseOnOccurrence(name, view);
    draft.recurrence = null;
    return;
  }
  const remove = DELETABLE[name];
  if (remove === undefined) {
    throw new EwsError('ErrorInvalidPropertyDelete', `Delete action is invalid for property ${name}.`);
  }
  remove(draft.content, view, defaultContent(view.stored.mailbox, context.store.clock.now()));
}

function readChanges(updates: XmlElement | undefined, view: ItemView, context: OperationContext): ItemDraft {
  const draft = emptyDraft();
  for (const change of elementsOf(updates)) {
    if (change.name === 'SetItemField') setField(change, draft, view, context);
    else if (change.name === 'DeleteItemField') deleteField(change, draft, view, context);
    else appendField(change, draft, view, context);
  }
  return draft;
}

/** NeverOverwrite is compare-and-set on the change key (Microsoft Learn, UpdateItem and ResponseCode). */
function refuseStale(id: XmlElement, view: ItemView, resolution: string): void {
  const changeKey = id.attributes['ChangeKey'];
  if (resolution === 'AlwaysOverwrite') return;
  if (changeKey === undefined) {
    throw new EwsError('ErrorChangeKeyRequired', 'The change key is required for this operation.');
  }
  if (resolution === 'NeverOverwrite' && changeKey !== view.stored.changeKey) {
    throw new EwsError(
      'ErrorIrresolvableConflict',
      'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
    );
  }
}

function updateOne(change: XmlElement, request: XmlElement, context: OperationContext): string {
  const [id] = elementsOf(change);
  if (id === undefined) throw schemaViolation('ItemChange needs an item id.');
  const view = itemOf(id, context);
  const mode = request.attributes['SendMeetingInvitationsOrCancellations'];
  if (mode === undefined) {
    throw new EwsError(
      'ErrorSendMeetingInvitationsOrCancellationsRequired',
      'The SendMeetingInvitationsOrCancellations attribute is required for calendar items.',
    );
  }
  if (!view.stored.folder.canWrite) {
    throw new EwsError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  if (view.stored.folder === view.stored.mailbox.deletedItems) {
    throw new EwsError('ErrorCalendarCannotUpdateDeletedItem', 'Cannot update a deleted calendar item.');
  }
  refuseStale(id, view, request.attributes['ConflictResolution'] ?? 'AutoResolve');
  const draft = readChanges(childOf(change, 'Updates'), view, context);
  const content = applyDraft(draft, context, view.content, view.content);
  const before = view.content;
  if (view.occurrence === null) writeItem(context.store, view.stored, content, draft.recurrence, draft.uid);
  else writeOccurrence(context.store, view, content);
  context.meetings.updated(view.stored, before, content, mode as SendMode);
  const answer = itemIdXml(view.id, view.stored.changeKey);
  return `<m:Items><t:CalendarItem>${answer}</t:CalendarItem></m:Items><m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>`;
}

/** A real server checks the whole request against its schema before it touches anything. */
function refuseInvalidChanges(changes: readonly XmlElement[], context: OperationContext): void {
  for (const change of changes) {
    for (const update of elementsOf(childOf(change, 'Updates'))) {
      if (update.name === 'SetItemField') refuseInvalidProperties(childOf(update, 'CalendarItem'), context);
    }
  }
}

export const updateItem: Operation = (request, context) => {
  const changes = elementsOf(childOf(request, 'ItemChanges'));
  refuseInvalidChanges(changes, context);
  return batch('UpdateItem', changes, context, (change) => updateOne(change, request, context));
};
