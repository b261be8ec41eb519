import { Lifecycle, within } from './lifecycle.js';

describe('Lifecycle', () => {
  it('undoes the steps in reverse order, once, whoever asks', async () => {
    const lifecycle = new Lifecycle();
    const undone: string[] = [];
    for (const step of ['database', 'app']) lifecycle.onStop(async () => void undone.push(step));
    expect(lifecycle.isStopping).toBe(false);
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(undone).toEqual(['app', 'database']);
    expect(lifecycle.isStopping).toBe(true);
  });

  it('undoes the rest although one step fails, and tells of the failure', async () => {
    const lifecycle = new Lifecycle();
    const undone: string[] = [];
    lifecycle.onStop(async () => void undone.push('database'));
    lifecycle.onStop(async () => Promise.reject(new Error('app is stuck')));
    await expect(lifecycle.stop()).rejects.toThrow('app is stuck');
    expect(undone).toEqual(['database']);
  });
});

describe('within', () => {
  it('passes on what comes in time', async () => {
    await expect(within(1000, 'Work', Promise.resolve(7))).resolves.toBe(7);
  });

  it('gives up on what does not', async () => {
    await expect(within(10, 'Work', new Promise(() => undefined))).rejects.toThrow(
      'Work took longer than 0.01 s',
    );
  });
});
