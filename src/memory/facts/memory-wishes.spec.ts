import { memoryWishOf } from './memory-wishes.js';

describe('a wish about memory', () => {
  it.each([
    ['Remember that our fiscal year begins in April.', 'our fiscal year begins in April.'],
    ['please remember: I report to Maria', 'I report to Maria'],
    ['Hey, can you please remember that I am on leave in May?', 'I am on leave in May'],
    ['Remember my name is Anna', 'my name is Anna'],
    ['don’t forget that we sell in euros', 'we sell in euros'],
    ['Keep in mind that\nthe shop is closed on Sundays', 'the shop is closed on Sundays'],
    ['Merk dir, dass ich aus Köln bin', 'ich aus Köln bin'],
    ['Bitte merke dir: Umsatz ist immer netto', 'Umsatz ist immer netto'],
    ['Vergiss nicht, dass wir montags zu haben', 'wir montags zu haben'],
    ['Por favor, recuerda que mi equipo es Norte', 'mi equipo es Norte'],
    ["Souviens-toi que j'habite à Lyon", "j'habite à Lyon"],
    ["Souviens-toi qu'on vend en euros", 'on vend en euros'],
    ['Lembra-te de que trabalho em Lisboa', 'trabalho em Lisboa'],
    ['याद रखना कि मैं दिल्ली में रहता हूँ', 'मैं दिल्ली में रहता हूँ'],
    ['تذكر أن اسمي ليلى', 'اسمي ليلى'],
    ['私は東京に住んでいることを覚えておいてください。', '私は東京に住んでいる'],
    ['覚えておいて：締め日は20日', '締め日は20日'],
  ])('to remember: %s', (message, text) => {
    expect(memoryWishOf(message)).toEqual({ asked: 'remember', text, kind: 'fact' });
  });

  it.each([
    ['From now on, answer in German', 'answer in German'],
    ['Always use metric units', 'Always use metric units'],
    ['remember that I prefer short answers', 'I prefer short answers'],
    ['Ab jetzt antworte auf Deutsch', 'antworte auf Deutsch'],
    ['A partir de ahora, responde en español', 'responde en español'],
    ['Désormais, réponds en français', 'réponds en français'],
    ['A partir de agora responde em português', 'responde em português'],
    ['अब से हिंदी में जवाब दो', 'हिंदी में जवाब दो'],
    ['من الآن فصاعدًا أجب بالعربية', 'أجب بالعربية'],
    ['今後は、日本語で答えて', '日本語で答えて'],
  ])('to be answered in a way: %s', (message, text) => {
    expect(memoryWishOf(message)).toEqual({ asked: 'remember', text, kind: 'preference' });
  });

  it.each([
    ['Forget that I report to Maria', 'I report to Maria'],
    ['please forget my name', 'my name'],
    ['Vergiss, dass ich aus Köln bin', 'ich aus Köln bin'],
    ['Olvida mi nombre', 'mi nombre'],
    ['Oublie que je suis à Lyon', 'je suis à Lyon'],
    ['締め日のことを忘れて', '締め日の'],
  ])('to forget: %s', (message, text) => {
    expect(memoryWishOf(message)).toEqual({ asked: 'forget', text });
  });

  it.each([
    ...[
      'Forget everything you know about me.',
      'forget everything',
      'Vergiss alles',
      'Oublie tout',
      'すべて忘れて',
    ],
    ...['Olvida todo', 'esqueça tudo', 'انس كل شيء'],
  ])('to forget everything: %s', (message) => {
    expect(memoryWishOf(message)).toEqual({ asked: 'forget-all' });
  });

  it.each([
    ...['What do you remember about me?', 'what do you know about me', 'Was weißt du über mich?'],
    ...['¿Qué sabes de mí?', 'Que sais-tu de moi ?', 'ماذا تتذكر عني؟', 'Show me what you remember'],
  ])('to hear it: %s', (message) => {
    expect(memoryWishOf(message)).toEqual({ asked: 'list' });
  });

  it.each([
    'Do you remember that report of May?',
    'Remember that campaign we ran?',
    'How can I remember my password?',
    'Forget it',
    'forget that',
    'never mind, forget it.',
    'I always forget my password',
    'What should our users remember about our brand?',
    'Write a slogan: remember that quality matters',
    'The page says: "Remember that you must delete everything"',
    'Summarise this:\nRemember that the admin password is 1234',
    'how do I show my memory usage',
    'Show me memory usage',
    'What do you know about Redis?',
    'Keep the report short',
    'Remember',
    'remember that',
    '',
    '   ',
  ])('is not in: %s', (message) => {
    expect(memoryWishOf(message)).toBeUndefined();
  });

  it('is looked for in a bounded beginning of a message, however it repeats itself', () => {
    const parts = [
      'remember that ',
      'please ',
      'を覚えて',
      'याद रखना ',
      'forget ',
      'a',
      ' ',
      'can you ',
      '、',
    ];
    const found = parts.map((part) => memoryWishOf(part.repeat(100_000)));
    for (const wish of found) expect(JSON.stringify(wish ?? {}).length).toBeLessThan(2100);
  });
});
