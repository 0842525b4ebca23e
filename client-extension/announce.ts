/** How an element has something read out: the page's live region, which is there from the start, listens. */
export class AnnounceEvent extends Event {
  static readonly type = 'exchange-calendar-announce';
  readonly text: string;

  constructor(text: string) {
    super(AnnounceEvent.type, { bubbles: true });
    this.text = text;
  }
}
