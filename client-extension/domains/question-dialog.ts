/**
 * Asks before something that has consequences. The browser's own modal dialog holds the focus, closes on Escape and gives
 * the focus back; Clay's modal classes dress it.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { dialogFooter } from '../dialog-footer.ts';

const CONFIRMED = 'confirmed';

export interface QuestionDialog {
  readonly id: string;
  readonly title: string;
  /** What follows, a paragraph each. */
  readonly consequences: readonly string[];
  /** What has to be said for it. */
  readonly form?: unknown;
  readonly cancel: string;
  /** What is done when it is pressed; undefined: it can only be closed. */
  readonly confirm:
    | { readonly label: string; readonly press: () => void; readonly isDangerous: boolean }
    | undefined;
}

type Confirmation = Exclude<QuestionDialog['confirm'], undefined>;

function confirmation({ label, isDangerous }: Confirmation): TemplateResult {
  return html`<button
    class="btn ${isDangerous ? 'btn-danger' : 'btn-primary'}"
    type="submit"
    value=${CONFIRMED}
  >
    ${label}
  </button>`;
}

export function questionDialog({
  id,
  title,
  consequences,
  form,
  cancel,
  confirm,
}: QuestionDialog): TemplateResult {
  // Whoever is asked for nothing but a word begins at the safe one.
  const beginsAtForm = form !== undefined && confirm?.isDangerous === false;
  // Not before it is closed: it gives the focus back, which may have to go elsewhere then.
  const onClose = ({ target }: Event): void => {
    if (!(target instanceof HTMLDialogElement) || target.returnValue !== CONFIRMED) return;
    target.returnValue = '';
    confirm?.press();
  };
  return html`<dialog
    class="exchange-connector-dialog"
    id=${id}
    aria-labelledby="${id}-title"
    aria-describedby="${id}-text"
    @close=${onClose}
  >
    <form class="modal-content" method="dialog">
      <div class="modal-header"><h3 class="modal-title" id="${id}-title">${title}</h3></div>
      <div class="modal-body">
        <div id="${id}-text">${consequences.map((each) => html`<p>${each}</p>`)}</div>
        ${form ?? nothing}
      </div>
      ${dialogFooter(
        html`<button class="btn btn-secondary" type="submit" ?autofocus=${!beginsAtForm}>${cancel}</button>`,
        ...(confirm === undefined ? [] : [confirmation(confirm)]),
      )}
    </form>
  </dialog>`;
}
