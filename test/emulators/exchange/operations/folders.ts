/** GetFolder and FindFolder. */

import type { Folder } from '../model.ts';
import type { Operation } from '../operation.ts';
import { batch, folderOf } from '../operation.ts';
import { messageOf } from '../soap.ts';
import type { XmlElement } from '../xml.ts';
import { childOf, elementsOf, escapeXml, textElement, textOf } from '../xml.ts';

function rightsXml({ canWrite }: Folder): string {
  const may = (name: string, allowed: boolean): string => `<t:${name}>${allowed}</t:${name}>`;
  return `<t:EffectiveRights>${may('CreateAssociated', canWrite)}${may('CreateContents', canWrite)}${may('CreateHierarchy', canWrite)}${may('Delete', canWrite)}${may('Modify', canWrite)}${may('Read', true)}</t:EffectiveRights>`;
}

function wants(shape: XmlElement | undefined, uri: string, inDefault: boolean): boolean {
  const base = textOf(childOf(shape, 'BaseShape')).trim();
  if (base === 'AllProperties' || (base === 'Default' && inDefault)) return true;
  return elementsOf(childOf(shape, 'AdditionalProperties')).some(
    (path) => path.attributes['FieldURI'] === uri,
  );
}

function folderXml(folder: Folder, shape: XmlElement | undefined, knowsDistinguished: boolean): string {
  const children = [...folder.mailbox.folders.values()].filter(({ parent }) => parent === folder).length;
  const parts = [`<t:FolderId Id="${escapeXml(folder.id)}" ChangeKey="AQAAAA=="/>`];
  const add = (uri: string, inDefault: boolean, xml: string): void => {
    if (wants(shape, uri, inDefault)) parts.push(xml);
  };
  if (folder.parent !== null) {
    add(
      'folder:ParentFolderId',
      false,
      `<t:ParentFolderId Id="${escapeXml(folder.parent.id)}" ChangeKey="AQAAAA=="/>`,
    );
  }
  add('folder:FolderClass', false, textElement('t:FolderClass', folder.folderClass));
  add('folder:DisplayName', true, textElement('t:DisplayName', folder.name));
  add('folder:TotalCount', true, `<t:TotalCount>${folder.items.size}</t:TotalCount>`);
  add('folder:ChildFolderCount', true, `<t:ChildFolderCount>${children}</t:ChildFolderCount>`);
  add('folder:EffectiveRights', false, rightsXml(folder));
  if (folder.distinguished !== null && knowsDistinguished) {
    add('folder:DistinguishedFolderId', false, textElement('t:DistinguishedFolderId', folder.distinguished));
  }
  const element = folder.folderClass === 'IPF.Appointment' ? 'CalendarFolder' : 'Folder';
  return `<t:${element}>${parts.join('')}</t:${element}>`;
}

// folder:DistinguishedFolderId came with Exchange 2013 (Microsoft Learn, DistinguishedFolderId).
const knowsDistinguished = (version: string): boolean => /2013|2016/.test(version);

export const getFolder: Operation = (request, context) => {
  const shape = childOf(request, 'FolderShape');
  return batch('GetFolder', elementsOf(childOf(request, 'FolderIds')), context, (element) => {
    const folder = folderXml(folderOf(element, context), shape, knowsDistinguished(context.version));
    return `<m:Folders>${folder}</m:Folders>`;
  });
};

function isBelow(folder: Folder, ancestor: Folder): boolean {
  return folder.parent !== null && (folder.parent === ancestor || isBelow(folder.parent, ancestor));
}

/** A restriction on FolderClass or DisplayName being equal to a constant; others keep all. */
function matches(folder: Folder, restriction: XmlElement | undefined): boolean {
  const expression = elementsOf(restriction)[0];
  if (expression?.name !== 'IsEqualTo') return true;
  const uri = childOf(expression, 'FieldURI')?.attributes['FieldURI'];
  const value = childOf(childOf(expression, 'FieldURIOrConstant'), 'Constant')?.attributes['Value'];
  if (uri === 'folder:FolderClass') return folder.folderClass === value;
  return uri !== 'folder:DisplayName' || folder.name === value;
}

export const findFolder: Operation = (request, context) => {
  const shape = childOf(request, 'FolderShape');
  const view = childOf(request, 'IndexedPageFolderView');
  const offset = Number(view?.attributes['Offset'] ?? 0);
  const limit = Number(view?.attributes['MaxEntriesReturned'] ?? Number.MAX_SAFE_INTEGER);
  return elementsOf(childOf(request, 'ParentFolderIds')).map((element) =>
    messageOf('FindFolder', () => {
      const parent = folderOf(element, context);
      const isDeep = request.attributes['Traversal'] === 'Deep';
      const found = [...parent.mailbox.folders.values()].filter(
        (folder) =>
          (isDeep ? isBelow(folder, parent) : folder.parent === parent) &&
          matches(folder, childOf(request, 'Restriction')),
      );
      const page = found.slice(offset, offset + limit);
      const isLast = offset + page.length >= found.length;
      const folders = page
        .map((folder) => folderXml(folder, shape, knowsDistinguished(context.version)))
        .join('');
      return `<m:RootFolder IndexedPagingOffset="${offset + page.length}" TotalItemsInView="${found.length}" IncludesLastItemInRange="${isLast}"><t:Folders>${folders}</t:Folders></m:RootFolder>`;
    }),
  );
};
