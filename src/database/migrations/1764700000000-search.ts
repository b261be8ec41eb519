import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SEARCH_FUNCTIONS } from './search/find.js';
import { FILL, TABLE, TITLE_ID, TRIGGERS } from './search/kept.js';
import { TERM_FUNCTIONS } from './search/terms.js';

/** Titles and messages can be searched, in any language. */
export class Search1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLE, ...TERM_FUNCTIONS, TITLE_ID, FILL, ...TRIGGERS, ...SEARCH_FUNCTIONS])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP FUNCTION conversations_search, chat_search_hits, chat_search_message, chat_search_gone, chat_search_title,
         chat_search_session_gone CASCADE`,
    );
    await runner.query('DROP TABLE chat_search');
    await runner.query(
      'DROP FUNCTION chat_search_query, chat_search_vector, chat_title_id, chat_owner_mark, chat_terms, chat_fold',
    );
  }
}
