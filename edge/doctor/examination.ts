/**
 * One side's steps as they are taken: each is timed, the first that fails ends the rest, and what is thrown becomes a
 * finding. What a step does is the business of the files with the steps.
 */
import type { Effects } from '#core/effects.ts';
import { DETAIL_LIMIT, type Failure, failure, RemoteFailure } from '#core/failure.ts';
import type { DoctorFacts, DoctorResult, DoctorStep, DoctorStepName, Remedy } from '#shared/doctor.ts';

/** What a step has found when it did not fail. */
export interface Seen {
  readonly facts?: DoctorFacts;
  /** Something that works for now and should be changed; the result is a warning. */
  readonly warning?: Remedy;
  readonly detail?: string;
  /** There was nothing to look at. */
  readonly notTried?: true;
}

/** A step that failed and knows better than its reason what is to be done. */
export class Trouble extends Error {
  readonly failure: Failure;
  readonly remedy: Remedy;
  readonly facts: DoctorFacts;

  constructor(of: Failure, remedy: Remedy, facts: DoctorFacts = {}) {
    super(`${remedy}: ${of.detail}`);
    this.name = 'Trouble';
    this.failure = of;
    this.remedy = remedy;
    this.facts = facts;
  }
}

/** What is to be done about a failure of a step that did not say so itself. */
export type RemedyOf = (step: DoctorStepName, failed: Failure) => Remedy;

export interface ExaminationOptions {
  readonly side: DoctorStep['side'];
  readonly remedyOf: RemedyOf;
  /** By the monotonic clock: steps that would begin later are not tried. */
  readonly until: number;
  /** Hears of each step when it is over. */
  readonly onStep: (step: DoctorStep) => void;
}

/** The steps of one side, in order. */
export class Examination {
  readonly steps: DoctorStep[] = [];
  readonly #effects: Pick<Effects, 'clock' | 'log'>;
  readonly #options: ExaminationOptions;
  /** What the other side said when it refused; null: it did not. A step that fails for a cause of our own is none. */
  failed: Failure | null = null;
  #hasFailed = false;

  constructor(effects: Pick<Effects, 'clock' | 'log'>, options: ExaminationOptions) {
    this.#effects = effects;
    this.#options = options;
  }

  /** Whether the next step would be taken. */
  get goesOn(): boolean {
    return !this.#hasFailed;
  }

  /** Takes a step, unless an earlier one failed or the time is over. */
  async take(step: DoctorStepName, look: () => Promise<Seen>): Promise<void> {
    const { clock } = this.#effects;
    if (this.#hasFailed) return this.skip(step);
    const begun = clock.monotonic();
    if (begun >= this.#options.until) return this.skip(step, 'outOfTime');
    try {
      const { facts = {}, warning = null, detail = null, notTried } = await look();
      const result = notTried ? 'notTried' : warning === null ? 'ok' : 'warning';
      this.#add({ step, result, begun, remedy: warning, detail, facts });
    } catch (error) {
      this.#hasFailed = true;
      this.#add({ step, result: 'failed', begun, ...this.#findingOf(step, error) });
    }
  }

  /** Notes a step that is not taken. */
  skip(step: DoctorStepName, remedy: Remedy | null = null): void {
    const begun = this.#effects.clock.monotonic();
    this.#add({ step, result: 'notTried', begun, remedy, detail: null, facts: {} });
  }

  #findingOf(step: DoctorStepName, error: unknown) {
    if (error instanceof Trouble) {
      const { failure: failed, remedy, facts } = error;
      return { reason: failed.reason, remedy, detail: failed.detail, facts };
    }
    if (error instanceof RemoteFailure) {
      const { failure: failed } = error;
      this.failed = failed;
      const { waitMs } = failed;
      const facts = waitMs === undefined ? {} : { waitSeconds: Math.ceil(waitMs / 1000) };
      const remedy = this.#options.remedyOf(step, failed);
      return { reason: failed.reason, remedy, detail: failed.detail, facts };
    }
    this.#effects.log.error('a step of the doctor broke', {
      step,
      error: String(error).slice(0, DETAIL_LIMIT),
    });
    const { reason, detail } = failure('internalError', 'the service failed; its log has the details');
    return { reason, remedy: 'unforeseen' as const, detail, facts: {} };
  }

  #add({ begun, ...step }: Taken): void {
    const milliseconds = Math.max(0, Math.round(this.#effects.clock.monotonic() - begun));
    const taken: DoctorStep = { side: this.#options.side, reason: null, ...step, milliseconds };
    this.steps.push(taken);
    this.#options.onStep(taken);
  }
}

interface Taken extends Pick<DoctorStep, 'step' | 'remedy' | 'detail' | 'facts'> {
  readonly result: DoctorResult;
  readonly begun: number;
  readonly reason?: DoctorStep['reason'];
}
