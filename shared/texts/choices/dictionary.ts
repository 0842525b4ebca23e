/** What every language has to say about decisions that few people come to; loaded with their forms. */
export interface ChoiceTexts {
  readonly ambiguousHeading: (count: number) => string;
  readonly ambiguousText: string;
  /** In front of an event, which is named after it. */
  readonly on: Readonly<Record<'exchange' | 'liferay', string>>;
  readonly later: string;
  /** The event of the other side is named by what tells it from the others, or by its number in the list. */
  readonly sameAs: (event: string) => string;
  readonly number: (place: number) => string;
  readonly create: Readonly<Record<'exchange' | 'liferay', string>>;
  readonly leaveOut: string;
  /** Of a booking that was chosen for an event in Exchange. */
  readonly chosen: string;
  readonly keptChoice: (event: string) => string;
  readonly copiesQuestion: string;
  readonly keepCopies: string;
  readonly removeFrom: Readonly<Record<'exchange' | 'liferay', (count: number) => string>>;
  readonly removedFrom: Readonly<Record<'exchange' | 'liferay', string>>;
  readonly meetingsStay: (count: number) => string;
}
