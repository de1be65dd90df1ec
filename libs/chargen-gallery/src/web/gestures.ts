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

/** Zoomed frames begin in the middle. */
export function centre(stage: HTMLElement | null): void {
  stage?.querySelectorAll('.frame').forEach(centreOne);
}

function centreOne(frame: Element): void {
  const { scrollWidth, scrollHeight, clientWidth, clientHeight } = frame;
  moveTo(frame, (scrollWidth - clientWidth) / 2, (scrollHeight - clientHeight) / 2);
}

/** Where the page put a frame, until its reader moves it. */
const put = new WeakMap<Element, string>();

function moveTo(frame: Element, left: number, top: number): void {
  frame.scrollLeft = left;
  frame.scrollTop = top;
  put.set(frame, placeOf(frame));
}

function placeOf({ scrollLeft, scrollTop }: Element): string {
  return `${scrollLeft} ${scrollTop}`;
}

/**
 * Frames beside each other move together, so that two pictures are compared at the same place. A browser reports a
 * movement a moment later: one that the page made itself would take back what its reader did since.
 */
export function follow({ target: leader, currentTarget: stage }: Event): void {
  if (!(leader instanceof HTMLElement) || !(stage instanceof HTMLElement)) return;
  if (put.get(leader) === placeOf(leader)) return;
  put.delete(leader);
  lead(leader, stage);
}

/** A picture that is loaded later than the other one comes to lie at the same place. */
export function loaded({ target, currentTarget: stage }: Event): void {
  if (!(target instanceof HTMLElement) || !(stage instanceof HTMLElement)) return;
  const own = target.closest('.frame');
  // One whose size was known before has its place, where its reader may have moved it.
  if (own === null || own.scrollLeft > 0 || own.scrollTop > 0) return;
  centreOne(own);
  const other = [...stage.querySelectorAll<HTMLElement>('.frame')].find((frame) => frame !== own);
  if (other !== undefined) lead(other, stage);
}

function lead(leader: HTMLElement, stage: HTMLElement): void {
  /** By shares, since pictures of one scene may differ in size. */
  const place = (now: number, at: number, range: number, ownRange: number): number =>
    range <= 0 ? now : Math.round((at / range) * ownRange);
  const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = leader;
  const [across, down] = [scrollWidth - clientWidth, scrollHeight - clientHeight];
  for (const other of stage.querySelectorAll('.frame')) {
    if (other === leader) continue;
    const left = place(other.scrollLeft, scrollLeft, across, other.scrollWidth - other.clientWidth);
    const top = place(other.scrollTop, scrollTop, down, other.scrollHeight - other.clientHeight);
    moveTo(other, left, top);
  }
}

/** A picture at its full size is moved with the mouse. */
export function drag(event: PointerEvent): void {
  const frame = event.target instanceof Element ? event.target.closest<HTMLElement>('.frame') : null;
  if (frame === null) return;
  const isLarger = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
  // A finger scrolls the frame by itself.
  if (!isLarger || event.button !== 0 || event.pointerType !== 'mouse') return;
  const [left, top] = [frame.scrollLeft + event.clientX, frame.scrollTop + event.clientY];
  const move = (moved: PointerEvent): void => {
    frame.scrollLeft = left - moved.clientX;
    frame.scrollTop = top - moved.clientY;
  };
  const end = (): void => frame.removeEventListener('pointermove', move);
  frame.setPointerCapture(event.pointerId);
  frame.addEventListener('pointermove', move);
  frame.addEventListener('pointerup', end, { once: true });
  frame.addEventListener('pointercancel', end, { once: true });
  event.preventDefault();
}
