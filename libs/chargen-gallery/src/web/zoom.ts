/**
 * Shows pictures at their full size, a pixel of the picture for a pixel of the screen, in frames that can be dragged.
 * Frames that are linked move together, so that two pictures are compared at the same place.
 */
export function zoomable(frames: readonly HTMLElement[]): void {
  for (const frame of frames) {
    frame.classList.add('zoom-frame');
    drag(frame);
    frame.addEventListener('scroll', () => {
      for (const other of frames) if (other !== frame) follow(other, frame);
    });
  }
}

/** Zoomed frames begin in the middle. */
export function setZoom(stage: HTMLElement, isZoomed: boolean): void {
  stage.toggleAttribute('data-zoomed', isZoomed);
  if (!isZoomed) return;
  for (const frame of stage.querySelectorAll('.zoom-frame')) {
    frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
    frame.scrollTop = (frame.scrollHeight - frame.clientHeight) / 2;
  }
}

export function isZoomed(stage: HTMLElement): boolean {
  return stage.hasAttribute('data-zoomed');
}

/** By shares, since pictures of one scene may differ in size. */
function follow(other: HTMLElement, leader: HTMLElement): void {
  const place = (at: number, all: number, seen: number, ownAll: number, ownSeen: number): number =>
    all <= seen ? 0 : Math.round((at / (all - seen)) * (ownAll - ownSeen));
  const left = place(
    leader.scrollLeft,
    leader.scrollWidth,
    leader.clientWidth,
    other.scrollWidth,
    other.clientWidth,
  );
  const top = place(
    leader.scrollTop,
    leader.scrollHeight,
    leader.clientHeight,
    other.scrollHeight,
    other.clientHeight,
  );
  // A frame that is where it should be starts no movement of its own.
  if (Math.abs(other.scrollLeft - left) > 1) other.scrollLeft = left;
  if (Math.abs(other.scrollTop - top) > 1) other.scrollTop = top;
}

function drag(frame: HTMLElement): void {
  frame.addEventListener('pointerdown', (event) => {
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
  });
}
