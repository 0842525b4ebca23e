/** DeleteItem: items go to Deleted Items or for good, occurrences become gaps in their series. */
import { EwsError } from '../errors.ts';
import type { SendMode } from '../meetings.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { batch, itemOf } from '../operation.ts';
import type { ItemView } from '../series.ts';
import { childOf, elementsOf } from '../xml.ts';

/** A deleted occurrence goes nowhere; no copy appears in Deleted Items (Microsoft Learn, Deleting items). */
export function deleteOccurrence(
  { stored, occurrence }: ItemView,
  { store }: Pick<OperationContext, 'store'>,
): void {
  const { series } = stored;
  if (series === null || occurrence === null) return;
  const exceptions = new Map(series.exceptions);
  const start = exceptions.get(occurrence.day)?.start ?? null;
  exceptions.delete(occurrence.day);
  const deletedDays = new Map(series.deletedDays).set(occurrence.day, start);
  store.update(stored, { series: { recurrence: series.recurrence, exceptions, deletedDays } });
}

function remove(view: ItemView, how: string, mode: SendMode, context: OperationContext): void {
  if (!view.stored.folder.canWrite) {
    throw new EwsError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  if (view.occurrence !== null) {
    context.meetings.removed(view.stored, view.content, mode, view.occurrence.day);
    deleteOccurrence(view, context);
    return;
  }
  context.meetings.removed(view.stored, view.content, mode, null);
  const { deletedItems } = view.stored.mailbox;
  if (how === 'MoveToDeletedItems' && view.stored.folder !== deletedItems) {
    context.store.move(view.stored, deletedItems);
  } else context.store.remove(view.stored);
}

export const deleteItem: Operation = (request, context) => {
  const mode = request.attributes['SendMeetingCancellations'];
  const how = request.attributes['DeleteType'] ?? 'HardDelete';
  return batch('DeleteItem', elementsOf(childOf(request, 'ItemIds')), context, (element) => {
    const view = itemOf(element, context);
    if (mode === undefined) {
      throw new EwsError(
        'ErrorSendMeetingCancellationsRequired',
        'The SendMeetingCancellations attribute is required for calendar items.',
      );
    }
    remove(view, how, mode as SendMode, context);
    return '';
  });
};
