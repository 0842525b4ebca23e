/** What every operation is given, and what operations share: finding folders and items, running a batch. */
import { EwsError, folderNotFound } from './errors.ts';
import type { FaultController } from './faults.ts';
import { isChangeKey, isItemId } from './ids.ts';
import type { ReadContext } from './item-reader.ts';
import type { Meetings } from './meetings.ts';
import type { Folder, Mailbox } from './model.ts';
import type { ItemView } from './series.ts';
import { viewByIndex, viewOf } from './series.ts';
import { errorMessage, messageOf } from './soap.ts';
import type { ExchangeStore } from './store.ts';
import type { ServerVersion } from './switches.ts';
import type { XmlElement } from './xml.ts';
import { childOf } from './xml.ts';

export interface OperationContext extends ReadContext {
  readonly store: ExchangeStore;
  /** The mailbox that the request acts in: the caller's own or the impersonated one. */
  readonly mailbox: Mailbox;
  /** Another mailbox that the caller has full access to (Microsoft Learn, "Delegate access and EWS"). */
  readonly mayOpen: (mailbox: Mailbox) => boolean;
  readonly server: ServerVersion;
  readonly meetings: Meetings;
  readonly faults: FaultController;
}

/** Answers one request with its response messages. */
export type Operation = (request: XmlElement, context: OperationContext) => readonly string[];

/** A FolderId or DistinguishedFolderId element. Throws ErrorFolderNotFound, also for another's mailbox that is not open to the caller. */
export function folderOf(element: XmlElement | undefined, context: OperationContext): Folder {
  const { store, mailbox, mayOpen } = context;
  const id = element?.attributes['Id'] ?? '';
  if (element?.name === 'DistinguishedFolderId') {
    const owner = childOf(childOf(element, 'Mailbox'), 'EmailAddress')
      ?.children.join('')
      .trim()
      .toLowerCase();
    const opened = owner === undefined ? mailbox : store.mailbox(owner);
    if (opened === undefined || (opened !== mailbox && !mayOpen(opened))) throw folderNotFound();
    const folder = [...opened.folders.values()].find((candidate) => candidate.distinguished === id);
    if (folder === undefined) throw folderNotFound();
    return folder;
  }
  if (!isItemId(id)) throw new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
  const folder = store.folders.get(id);
  if (folder === undefined || (folder.mailbox !== mailbox && !mayOpen(folder.mailbox)))
    throw folderNotFound();
  return folder;
}

function occurrenceAt(element: XmlElement, context: OperationContext): ItemView {
  const master = viewOf(context.store, element.attributes['RecurringMasterId'] ?? '');
  return viewByIndex(master.stored, Number(element.attributes['InstanceIndex']));
}

function masterOf(element: XmlElement, context: OperationContext): ItemView {
  const view = viewOf(context.store, element.attributes['OccurrenceId'] ?? '');
  if (view.occurrence === null) {
    throw new EwsError(
      'ErrorCalendarCannotUseIdForRecurringMasterId',
      'The Id is not that of an occurrence.',
    );
  }
  return viewOf(context.store, view.stored.id);
}

function findView(element: XmlElement, context: OperationContext): ItemView {
  switch (element.name) {
    case 'OccurrenceItemId':
      return occurrenceAt(element, context);
    case 'RecurringMasterItemId':
      return masterOf(element, context);
    default: {
      const id = element.attributes['Id'] ?? '';
      if (!isItemId(id)) throw new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
      return viewOf(context.store, id);
    }
  }
}

/**
 * The item that an ItemId, OccurrenceItemId or RecurringMasterItemId names. Throws ErrorItemNotFound,
 * ErrorInvalidIdMalformed, ErrorInvalidChangeKey, ErrorAccessDenied (another's mailbox that is not open to the caller).
 */
export function itemOf(element: XmlElement, context: OperationContext): ItemView {
  const changeKey = element.attributes['ChangeKey'];
  if (changeKey !== undefined && !isChangeKey(changeKey)) {
    throw new EwsError('ErrorInvalidChangeKey', 'The change key is invalid.');
  }
  const view = findView(element, context);
  const { mailbox } = view.stored;
  if (mailbox !== context.mailbox && !context.mayOpen(mailbox)) {
    throw new EwsError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  context.faults.refuseItem(view.stored.id);
  return view;
}

/**
 * One response message for each element, in order. A `batchStopped` fault ends the work part-way: one item
 * fails, those after it are not processed (Microsoft Learn, ErrorBatchProcessingStopped).
 */
export function batch(
  operation: string,
  elements: readonly XmlElement[],
  { faults }: OperationContext,
  work: (element: XmlElement) => string,
): readonly string[] {
  const stopsAt = faults.batchStopsAt(elements.length);
  return elements.map((element, index) => {
    if (index === stopsAt) {
      return errorMessage(operation, new EwsError('ErrorMailboxMoveInProgress', 'Mailbox move in progress.'));
    }
    if (index > stopsAt) {
      const stopped = new EwsError(
        'ErrorBatchProcessingStopped',
        'The batch was stopped by a previous item.',
      );
      return errorMessage(operation, stopped, 'Warning');
    }
    return messageOf(operation, () => work(element));
  });
}
