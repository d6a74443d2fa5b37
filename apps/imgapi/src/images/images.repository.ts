import { Injectable } from '@nestjs/common';
import {
  ServiceError,
  invalidField,
  type AccountId,
  type Caller,
  type Image,
  type ImageId,
  type ImageManifest,
  type listImages,
} from '@nereid/contracts';
import { OwnerPool, violates, type Sql } from '@nereid/database';
import type { z } from 'zod';
import { imageColumns, toImage, type ImageRow } from './images.mapper';

/** What a stored file is, as found while it was written. */
export interface Digests {
  readonly sha1: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What an account may see: its own, and what is activated and public or shared with it. `$n` is the account or null for everything. */
const visibleTo = (n: number) =>
  `($${n}::uuid IS NULL OR i.owner = $${n} OR (i.state IN ('active', 'disabled') AND (i.is_public OR $${n} = ANY (i.acl))))`;

/** Image manifests. Changes tell the feed and the audit in the statement that makes them. */
@Injectable()
export class ImagesRepository {
  constructor(private readonly db: OwnerPool) {}

  /**
   * Makes an image without a file. Answers undefined when the id is taken.
   * @throws ValidationFailed the origin does not exist
   */
  async insert(manifest: ImageManifest, caller: Caller): Promise<Image | undefined> {
    const row = await this.db
      .maybe<ImageRow>(insertSql, [
        manifest.id,
        manifest.owner,
        manifest.name,
        manifest.version,
        manifest.description ?? null,
        manifest.homepage ?? null,
        manifest.eula ?? null,
        manifest.os,
        manifest.type,
        manifest.public,
        manifest.acl,
        manifest.origin ?? null,
        JSON.stringify(manifest.requirements),
        manifest.imageSizeMiB ?? null,
        JSON.stringify(manifest.tags),
        JSON.stringify(caller),
      ])
      .catch((error: unknown) => {
        if (violates(error, 'image_origin_fkey')) throw invalidField('origin', `image ${manifest.origin} does not exist`);
        throw error;
      });
    return row && toImage(row);
  }

  /** One image, if `account` may see it. */
  async find(id: ImageId, account: AccountId | undefined): Promise<Image | undefined> {
    const row = await this.db.maybe<ImageRow>(
      `SELECT ${imageColumns} FROM imgapi.image i LEFT JOIN imgapi.blob b ON b.sha256 = i.file_sha256 WHERE i.id = $1 AND ${visibleTo(2)}`,
      [id, account ?? null],
    );
    return row && toImage(row);
  }

  /** Images, newest first. */
  async list(want: z.output<typeof listImages.request>): Promise<Image[]> {
    const rows = await this.db.many<ImageRow>(listSql, [
      want.account ?? null,
      want.ids ?? null,
      want.state === 'all' ? null : want.state,
      want.name ?? null,
      want.version ?? null,
      want.os ?? null,
      want.type ?? null,
      want.owner ?? null,
      want.public ?? null,
    ]);
    return rows.map(toImage);
  }

  /** How many there are, and the newest 50 of those that failed. */
  async summary(): Promise<{ total: number; failed: Image[] }> {
    const [total, failed] = await Promise.all([
      this.db.one('SELECT count(*)::int AS total FROM imgapi.image', [], (row) => row['total'] as number),
      this.db.many<ImageRow>(
        `SELECT ${imageColumns} FROM imgapi.image i LEFT JOIN imgapi.blob b ON b.sha256 = i.file_sha256
          WHERE i.state = 'failed' ORDER BY i.created_at DESC, i.id LIMIT 50`,
        [],
      ),
    ]);
    return { total, failed: failed.map(toImage) };
  }

  /** Makes an image with a file usable. Answers whether it became so now. */
  async activate(id: ImageId, caller: Caller): Promise<boolean> {
    const row = await this.db.maybe(
      `WITH changed AS (
         UPDATE imgapi.image SET state = 'active', published_at = COALESCE(published_at, now()), row_version = row_version + 1
          WHERE id = $1 AND state = 'unactivated' AND file_sha256 IS NOT NULL RETURNING *
       ), told AS (${tellChange}), noted AS (${audit("'image.activate'", '$2')})
       SELECT id FROM changed`,
      [id, JSON.stringify(caller)],
    );
    return row !== undefined;
  }

  /**
   * Gives an image its file, inside the transaction in which the file is put in its place. Answers whether the image still waited for one.
   */
  async setFile(tx: Sql, id: ImageId, file: Digests, compression: 'none' | 'gzip'): Promise<boolean> {
    await tx.exec('INSERT INTO imgapi.blob (sha256, sha1, size_bytes) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING', [
      file.sha256,
      file.sha1,
      file.sizeBytes,
    ]);
    const row = await tx.maybe(
      `WITH changed AS (
         UPDATE imgapi.image SET file_sha256 = $2, file_compression = $3, row_version = row_version + 1
          WHERE id = $1 AND state = 'unactivated' AND file_sha256 IS NULL RETURNING *
       ), told AS (${tellChange})
       SELECT id FROM changed`,
      [id, file.sha256, compression],
    );
    return row !== undefined;
  }

  /**
   * Deletes an image. Answers its file's digest, `null` without a file, undefined when there was no such image.
   * @throws InUse another image stands on it
   */
  async delete(id: ImageId, caller: Caller): Promise<string | null | undefined> {
    const row = await this.db
      .maybe<{ file_sha256: string | null }>(
        `WITH changed AS (DELETE FROM imgapi.image WHERE id = $1 RETURNING *),
          told AS (INSERT INTO imgapi.outbox (subject, resource_id, version, body)
            SELECT 'image.deleted', id::text, row_version + 1, jsonb_build_object('id', id) FROM changed),
          noted AS (${audit("'image.delete'", '$2')})
         SELECT file_sha256 FROM changed`,
        [id, JSON.stringify(caller)],
      )
      .catch((error: unknown) => {
        if (violates(error, 'image_origin_fkey'))
          throw new ServiceError('InUse', 'other images are increments of this one; delete them first');
        throw error;
      });
    return row?.file_sha256 ?? (row ? null : undefined);
  }

  /**
   * Runs `act` while nobody else puts or removes the file of that digest: its row and the file in the store change together. Nothing slow
   * belongs in `act`; the bytes are on disk before.
   */
  withBlob<T>(sha256: string, act: (tx: Sql) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      await tx.exec(`SELECT pg_advisory_xact_lock(hashtext('nereid blob'), hashtext($1))`, [sha256]);
      return act(tx);
    });
  }

  /** Digests of files that no image uses, a hundred at most: what was left when somebody ended between deleting an image and its file. */
  unusedBlobs(): Promise<string[]> {
    return this.db.many(
      'SELECT sha256 FROM imgapi.blob b WHERE NOT EXISTS (SELECT FROM imgapi.image i WHERE i.file_sha256 = b.sha256) LIMIT 100',
      [],
      (row) => row['sha256'] as string,
    );
  }

  /** Forgets a blob that no image uses. Answers whether it is (now) unknown. */
  async forgetUnusedBlob(tx: Sql, sha256: string): Promise<boolean> {
    await tx.exec(
      'DELETE FROM imgapi.blob b WHERE sha256 = $1 AND NOT EXISTS (SELECT FROM imgapi.image i WHERE i.file_sha256 = b.sha256)',
      [sha256],
    );
    return (await tx.maybe('SELECT sha256 FROM imgapi.blob WHERE sha256 = $1', [sha256])) === undefined;
  }
}

const tellChange = `
  INSERT INTO imgapi.outbox (subject, resource_id, version, body)
  SELECT 'image.changed', id::text, row_version, jsonb_build_object('id', id, 'state', state) FROM changed`;

const audit = (action: string, caller: string) => `
  INSERT INTO imgapi.audit (caller, account, action, resource, resource_id, outcome)
  SELECT ${caller}, owner, ${action}, 'image', id::text, 'succeeded' FROM changed`;

const insertSql = `
WITH changed AS (
  INSERT INTO imgapi.image (id, owner, name, version, description, homepage, eula, os, type, is_public, acl, origin, requirements, image_size_mib, tags)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO NOTHING
  RETURNING *
), told AS (${tellChange}), noted AS (${audit("'image.create'", '$16')})
SELECT ${imageColumns} FROM changed i LEFT JOIN imgapi.blob b ON false`;

const listSql = `
SELECT ${imageColumns} FROM imgapi.image i LEFT JOIN imgapi.blob b ON b.sha256 = i.file_sha256
 WHERE ${visibleTo(1)} AND ($2::uuid[] IS NULL OR i.id = ANY ($2)) AND ($3::text IS NULL OR i.state = $3)
   AND ($4::text IS NULL OR i.name = $4) AND ($5::text IS NULL OR i.version = $5) AND ($6::text IS NULL OR i.os = $6)
   AND ($7::text IS NULL OR i.type = $7) AND ($8::uuid IS NULL OR i.owner = $8) AND ($9::boolean IS NULL OR i.is_public = $9)
 ORDER BY i.published_at DESC NULLS LAST, i.id LIMIT 10000`;
