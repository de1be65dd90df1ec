const FOCUSABLE = 'a[href], button:enabled, input:enabled, select, textarea, summary, [tabindex="0"]';

/**
 * Keeps the focus: if what has it is taken away or switched off, what is nearest has it. Without this the browser gives
 * it to the body, and keys lead nowhere.
 */
export function keepFocus(fallback: () => HTMLElement | null): void {
  let last: HTMLElement | undefined;
  let around: readonly HTMLElement[] = [];
  addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    around = ancestors(target);
  });
  addEventListener('pointerdown', ({ target }) => {
    // A click beside everything is meant to leave.
    if (target instanceof HTMLElement && target.closest(FOCUSABLE) === null) last = undefined;
  });
  const restore = (): void => {
    if (last === undefined || hasFocus()) return;
    const dialog = [...document.querySelectorAll<HTMLDialogElement>('dialog[open]')].at(-1);
    const isReachable = (one: HTMLElement): boolean =>
      one.isConnected && one.checkVisibility() && (dialog === undefined || dialog.contains(one));
    const near = around.find(isReachable);
    const isWhole = near === undefined || near === document.body || near.tagName === 'DIALOG';
    const first = isWhole
      ? undefined
      : [...near.querySelectorAll<HTMLElement>(FOCUSABLE)].find((one) => one.checkVisibility());
    const other = dialog?.querySelector<HTMLElement>('.panel, .buttons button:enabled') ?? fallback();
    (first ?? other)?.focus({ preventScroll: true });
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

function ancestors(element: HTMLElement): HTMLElement[] {
  const { parentElement } = element;
  return parentElement === null ? [] : [parentElement, ...ancestors(parentElement)];
}
