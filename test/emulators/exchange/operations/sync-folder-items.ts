/** SyncFolderItems: masters and singles of one folder, as they changed since a sync state. */
import { EwsError, schemaViolation } from '../errors.ts';
import { readItemShape } from '../item-shape.ts';
import { itemWriter } from '../item-writer.ts';
import type { Folder } from '../model.ts';
import { itemIdXml } from '../occurrence-xml.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { folderOf } from '../operation.ts';
import { viewOf } from '../series.ts';
import { messageOf } from '../soap.ts';
import type { SyncChange } from '../sync-state.ts';
import { emptyState, syncPage } from '../sync-state.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf, textElement, textOf } from '../xml.ts';

function changeXml(change: SyncChange, context: OperationContext, write: (id: string) => string): string {
  // An item that was moved on under its id may be gone from there by now.
  if (change.kind === 'delete' || !context.store.items.has(change.itemId)) {
    return `<t:Delete>${itemIdXml(change.itemId, 'AQAAAA==')}</t:Delete>`;
  }
  const element = change.kind === 'create' ? 'Create' : 'Update';
  return `<t:${element}>${write(change.itemId)}</t:${element}>`;
}

function syncFolder(request: XmlElement, context: OperationContext): Folder {
  try {
    return folderOf(elementsOf(childOf(request, 'SyncFolderId'))[0], context);
  } catch (error) {
    if (!(error instanceof EwsError) || error.code !== 'ErrorFolderNotFound') throw error;
    throw new EwsError(context.switches.syncOfDeletedFolder, error.message);
  }
}

function syncContent(request: XmlElement, context: OperationContext, limit: number): string {
  const folder = syncFolder(request, context);
  const stateElement = childOf(request, 'SyncState');
  const stateText = stateElement === undefined || textOf(stateElement) === '' ? null : textOf(stateElement);
  const { faults } = context;
  if (stateText !== null && faults.now('invalidSyncState') !== null) {
    throw new EwsError(
      'ErrorInvalidSyncStateData',
      'Synchronization state data is corrupt or otherwise invalid.',
    );
  }
  const answer = (state: string, isLast: boolean, changes: string): string =>
    `${textElement('m:SyncState', state)}<m:IncludesLastItemInRange>${isLast}</m:IncludesLastItemInRange><m:Changes>${changes}</m:Changes>`;
  if (faults.now('emptySync') !== null) return answer(stateText ?? emptyState(folder), true, '');
  const ignored = new Set(elementsOf(childOf(request, 'Ignore')).map((id) => id.attributes['Id'] ?? ''));
  const page = syncPage(folder, stateText, limit, ignored);
  const shape = readItemShape(childOf(request, 'ItemShape'));
  const writeView = itemWriter({ shape, version: context.version, switches: context.switches }, true);
  const write = (id: string): string => writeView(viewOf(context.store, id));
  return answer(
    page.state,
    page.isLast,
    page.changes.map((change) => changeXml(change, context, write)).join(''),
  );
}

export const syncFolderItems: Operation = (request, context) => {
  const limit = Number(textOf(childOf(request, 'MaxChangesReturned')));
  if (!Number.isInteger(limit) || limit < 1 || limit > 512) {
    throw schemaViolation(`MaxChangesReturned must be from 1 to 512.`);
  }
  return [messageOf('SyncFolderItems', () => syncContent(request, context, limit))];
};
