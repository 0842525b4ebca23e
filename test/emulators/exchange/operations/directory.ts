/** GetServerTimeZones and ResolveNames. */
import { EwsError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { messageOf } from '../soap.ts';
import { childOf, elementsOf, textElement, textOf } from '../xml.ts';
import { zoneDefinitionXml } from '../zone-definitions.ts';
import { serverZones } from '../zones.ts';

export const getServerTimeZones: Operation = (request) => {
  const ids = elementsOf(childOf(request, 'Ids')).map((id) => textOf(id).trim());
  const full = request.attributes['ReturnFullTimeZoneData'] !== 'false';
  const zones = serverZones().filter(({ windows }) => ids.length === 0 || ids.includes(windows));
  const definitions = zones.map((zone) => zoneDefinitionXml('TimeZoneDefinition', zone, full)).join('');
  return [
    messageOf('GetServerTimeZones', () => `<m:TimeZoneDefinitions>${definitions}</m:TimeZoneDefinitions>`),
  ];
};

/** Mailboxes of this server whose name or address begins with the entry. */
export const resolveNames: Operation = (request, { store }) => [
  messageOf('ResolveNames', () => {
    const entry = textOf(childOf(request, 'UnresolvedEntry'))
      .trim()
      .toLowerCase()
      .replace(/^smtp:/, '');
    const found = [...store.mailboxes.values()].filter(
      ({ address, displayName }) =>
        address.toLowerCase().startsWith(entry) || displayName.toLowerCase().startsWith(entry),
    );
    if (found.length === 0) throw new EwsError('ErrorNameResolutionNoResults', 'No results were found.');
    const resolutions = found.map(
      ({ address, displayName }) =>
        `<t:Resolution><t:Mailbox>${textElement('t:Name', displayName)}${textElement('t:EmailAddress', address)}<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox></t:Resolution>`,
    );
    return `<m:ResolutionSet TotalItemsInView="${found.length}" IncludesLastItemInRange="true">${resolutions.join('')}</m:ResolutionSet>`;
  }),
];
