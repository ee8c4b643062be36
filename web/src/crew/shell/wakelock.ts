/** Keeps the screen on while the page is looked at. The lock is lost whenever it is hidden, and taken again after. */

export const canStayAwake = 'wakeLock' in navigator;

/** Keeps the screen on until the returned function is called. */
export function stayAwake(): () => void {
  if (!canStayAwake) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = async () => {
    if (over || document.visibilityState !== 'visible') return;
    // Refused at low battery: then the screen goes off as usual.
    const taken = await navigator.wakeLock.request('screen').catch(() => null);
    if (over) await taken?.release();
    else lock = taken;
  };
  const again = () => void take();
  document.addEventListener('visibilitychange', again);
  void take();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
