/** /subscriptions: create, list, get, renew, reauthorize and delete. */

import { refuseWithout } from './graph-access.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, objectOf } from './graph-request.ts';
import type { Subscription } from './subscriptions.ts';

function subscriptionJson(subscription: Subscription, { services }: GraphRequest) {
  const { id, resource, applicationId, changeType, clientState, notificationUrl } = subscription;
  return {
    id,
    resource,
    applicationId,
    changeType,
    clientState,
    notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: services.tenantId,
    includeResourceData: null,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}

function one(request: GraphRequest, status: number, subscription: Subscription): Response {
  const context = { '@odata.context': `${request.root}/$metadata#subscriptions/$entity` };
  return answer(request, status, { ...context, ...subscriptionJson(subscription, request) });
}

const named = ({ services, application, param }: GraphRequest): Subscription =>
  services.subscriptions.of(application.clientId, param('subscription') ?? '');

export async function createSubscription(request: GraphRequest): Promise<Response> {
  const { services, application, preferences } = request;
  const body = objectOf(await request.json());
  const subscription = await services.subscriptions.create(
    application.clientId,
    preferences.ids,
    body,
    (mailbox) => refuseWithout('calendarsRead', application, mailbox),
  );
  return one(request, 201, subscription);
}

export function listSubscriptions(request: GraphRequest): Response {
  const { services, application } = request;
  const own = services.subscriptions.all.filter((each) => each.applicationId === application.clientId);
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#subscriptions`,
    value: own.map((subscription) => subscriptionJson(subscription, request)),
  });
}

export const getSubscription = (request: GraphRequest): Response => one(request, 200, named(request));

/** Renewing says again that the application may read ("Reduce missing subscriptions"). */
export async function updateSubscription(request: GraphRequest): Promise<Response> {
  const subscription = named(request);
  refuseWithout('calendarsRead', request.application, subscription.mailbox);
  const { expirationDateTime } = objectOf(await request.json());
  subscription.expiresAt = request.services.subscriptions.readExpiry(expirationDateTime);
  subscription.awaitsReauthorization = false;
  return one(request, 200, subscription);
}

export function reauthorizeSubscription(request: GraphRequest): Response {
  const subscription = named(request);
  refuseWithout('calendarsRead', request.application, subscription.mailbox);
  subscription.awaitsReauthorization = false;
  return answer(request, 204);
}

export function deleteSubscription(request: GraphRequest): Response {
  request.services.subscriptions.remove(named(request).id);
  return answer(request, 204);
}
