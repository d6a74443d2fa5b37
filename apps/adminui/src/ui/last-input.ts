// Whether what happens now comes from a key or from a pointer. Heard before anybody else hears it.

let isKey = false;
if (typeof window !== 'undefined') {
  window.addEventListener('keydown', () => (isKey = true), true);
  window.addEventListener('pointerdown', () => (isKey = false), true);
}

export function isByKeyboard(): boolean {
  return isKey;
}
