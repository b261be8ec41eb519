import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BRANCH_INDEX, CHOICE } from './branches/choose.js';
import { LIST_FUNCTIONS } from './branches/listed.js';
import { REGENERATE } from './branches/regenerate.js';

/** Answers are made again, branches are chosen, and the list of sessions tells what is unread. */
export class Branches1764710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [BRANCH_INDEX, ...CHOICE, REGENERATE, ...LIST_FUNCTIONS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION conversations_dropped, conversations_unarchive CASCADE');
    await runner.query(
      `DROP FUNCTION chat_regenerate, conversations_choose, conversations_show, conversations_listed,
         conversations_unread`,
    );
    await runner.query('DROP INDEX chat_messages_branches');
  }
}
