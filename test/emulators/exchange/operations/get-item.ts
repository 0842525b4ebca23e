/** GetItem: masters, singles, occurrences and exceptions by id. */

import { readItemShape } from '../item-shape.ts';
import { itemWriter } from '../item-writer.ts';
import type { Operation } from '../operation.ts';
import { batch, itemOf } from '../operation.ts';
import { childOf, elementsOf } from '../xml.ts';

export const getItem: Operation = (request, context) => {
  const shape = readItemShape(childOf(request, 'ItemShape'));
  const write = itemWriter({ shape, version: context.version, switches: context.switches }, false);
  return batch('GetItem', elementsOf(childOf(request, 'ItemIds')), context, (element) => {
    return `<m:Items>${write(itemOf(element, context))}</m:Items>`;
  });
};
