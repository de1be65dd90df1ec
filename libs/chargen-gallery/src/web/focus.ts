const FOCUSABLE = 'a[href], button:enabled, input:enabled, select, textarea, summary, [tabindex="0"]';

/**
 * Keeps the focus: if what has it is drawn anew, taken away or switched off, the same one has it again, or what is
 * nearest. Without this the browser gives it to the body, and keys lead nowhere.
 */
export function keepFocus(fallback: () => HTMLElement): void {
  let last: HTMLElement | undefined;
  let around: readonly HTMLElement[] = [];
  let name = '';
  addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    name = nameOf(target);
    around = ancestors(target);
  });
  addEventListener('pointerdown', ({ target }) => {
    // A click beside everything is meant to leave.
    if (target instanceof HTMLElement && target.closest(FOCUSABLE) === null) last = undefined;
  });
  const restore = (): void => {
    if (last === undefined || hasFocus()) return;
    const dialog = [...document.querySelectorAll<HTMLDialogElement>('dialog[open]')].at(-1);
    const near = around.find((one) => one.isConnected && isReachable(one, dialog));
    const places = near === undefined ? [] : [...near.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const seen = places.filter((one) => one.checkVisibility());
    const same = seen.find((one) => nameOf(one) === name);
    const first = near === document.body || near?.tagName === 'DIALOG' ? undefined : seen[0];
    const other = dialog?.querySelector<HTMLElement>('.panel, .buttons button:enabled') ?? fallback();
    (same ?? first ?? other).focus({ preventScroll: true });
  };
  new MutationObserver(restore).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden', 'open'],
  });
}

function hasFocus(): boolean {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    activeElement !== document.body &&
    activeElement.checkVisibility() &&
    !activeElement.matches(':disabled')
  );
}

function isReachable(one: HTMLElement, dialog: HTMLElement | undefined): boolean {
  return one.checkVisibility() && (dialog === undefined || dialog.contains(one));
}

function ancestors(element: HTMLElement): HTMLElement[] {
  const { parentElement } = element;
  return parentElement === null ? [] : [parentElement, ...ancestors(parentElement)];
}

/** What makes it the same for who reads the page. */
function nameOf(element: HTMLElement): string {
  const { dataset, tagName } = element;
  const word =
    dataset['key'] ??
    element.getAttribute('href') ??
    element.getAttribute('aria-label') ??
    element.textContent;
  return `${tagName} ${word}`;
}
