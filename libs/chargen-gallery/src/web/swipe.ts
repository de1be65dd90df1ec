/** A finger that moved less than this, in pixels, has tapped. */
const LEAST = 50;

/** Calls back when a finger has moved to the side: the next one for a move to the left. */
export function onSwipe(element: HTMLElement, isMeant: () => boolean, act: (step: 1 | -1) => void): void {
  let start: PointerEvent | undefined;
  element.addEventListener('pointerdown', (event) => {
    const isOnSlider = event.target instanceof HTMLElement && event.target.matches('input');
    // A second finger zooms.
    const isAlone = event.isPrimary && event.pointerType !== 'mouse';
    start = isAlone && !isOnSlider && !isPinched() && isMeant() ? event : undefined;
  });
  element.addEventListener('pointerup', (event) => {
    if (start === undefined || start.pointerId !== event.pointerId) return;
    const [right, down] = [event.clientX - start.clientX, event.clientY - start.clientY];
    start = undefined;
    if (Math.abs(right) >= LEAST && Math.abs(right) > 2 * Math.abs(down)) act(right < 0 ? 1 : -1);
  });
  element.addEventListener('pointercancel', () => {
    start = undefined;
  });
  // A page that two fingers have enlarged is moved by one.
  visualViewport?.addEventListener('resize', () => element.toggleAttribute('data-pinched', isPinched()));
}

function isPinched(): boolean {
  return visualViewport !== null && visualViewport.scale > 1.01;
}
