/**
 * What goes wrong on the way of notifications, and how servers differ in what they tell. All of it may be changed at any
 * time. Sources: Microsoft Learn, the pages that are named.
 */
export interface NotificationCondition {
  /** Each so-many-th event is lost, or told twice; 0: none. */
  losesEach: number;
  duplicatesEach: number;
  /** From a change to when it is told. */
  delayMs: number;
  /** EWSMaxSubscriptions: of one mailbox. 5000 since 2013, 20 in Exchange Online ("EWS throttling in Exchange"). */
  subscriptions: number;
  /** HangingConnectionLimit: of whom the connection is charged to. 3 in 2013, 10 later ("EWS throttling in Exchange"). */
  hangingConnections: number;
  /**
   * Whether one subscription that is not there ends the whole connection, as the page "GetStreamingEvents operation" has
   * it. Microsoft's own client goes on with the others (ews-managed-api, StreamingSubscriptionConnection.cs).
   */
  lostSubscriptionEndsStream: boolean;
  /** Whether the ids that are not there are named, as the schema lets it; the example of that page names none. */
  namesLostSubscriptions: boolean;
  /** What a connection says when nothing happened: "GetStreamingEvents operation" has a StatusEvent, ConnectionStatus the other. */
  heartbeat: 'connectionStatus' | 'statusEvent';
  /** Microsoft's own client takes a connection for dead after twice this time (ews-managed-api, GetStreamingEventsRequest.cs). */
  heartbeatMs: number;
  /** A streaming subscription without a connection lasts so long; the pages name a timer and not its length. */
  idleMinutes: number;
  /** A push subscription begins with a StatusEvent ("StatusFrequency", Initial sync). */
  pushBeginsWithStatus: boolean;
  /** A StatusEvent each StatusFrequency minutes in which nothing happened (page of 2007); later pages know of retries only. */
  pushTellsStatus: boolean;
  /** Answers on a connection are cut into pieces of so many bytes; 0: each message is one. */
  pieceBytes: number;
  /** The mailbox server of each mailbox by its address in lower case; those that are not here share one. */
  readonly backEnds: Map<string, string>;
  /** Of Exchange 2010, behind one address: who sends no exchangecookie comes to each in turn. */
  clientAccessServers: number;
}

export function usualCondition(): NotificationCondition {
  return {
    losesEach: 0,
    duplicatesEach: 0,
    delayMs: 0,
    subscriptions: 5000,
    hangingConnections: 10,
    lostSubscriptionEndsStream: true,
    namesLostSubscriptions: true,
    heartbeat: 'connectionStatus',
    heartbeatMs: 45_000,
    idleMinutes: 30,
    pushBeginsWithStatus: true,
    pushTellsStatus: true,
    pieceBytes: 0,
    backEnds: new Map(),
    clientAccessServers: 1,
  };
}
