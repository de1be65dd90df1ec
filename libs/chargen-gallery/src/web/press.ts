let isPressed = false;
const waiting: (() => void)[] = [];

/** To be called once, before `whenReleased` is used. */
export function watchPresses(): void {
  const release = (): void => {
    isPressed = false;
    for (const act of waiting.splice(0)) act();
  };
  // The click comes right after the pointer is released.
  const releaseSoon = (): void => void setTimeout(release);
  addEventListener('pointerdown', () => {
    isPressed = true;
  });
  for (const event of ['pointerup', 'pointercancel', 'blur']) addEventListener(event, releaseSoon);
}

/** What is not of the reader's doing is drawn when no button is held down: one that is replaced then gets no click. */
export function whenReleased(act: () => void): void {
  if (isPressed) waiting.push(act);
  else act();
}
