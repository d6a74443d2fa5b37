import { Injectable } from '@nestjs/common';
import type { ImageId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';

export interface Transfer {
  readonly purpose: 'get' | 'put';
  readonly image: ImageId;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly compression: 'none' | 'gzip';
}

/** One-time tokens of the file door, by their digests. */
@Injectable()
export class TransfersRepository {
  constructor(private readonly db: OwnerPool) {}

  /** Answers when the token expires. */
  insert(tokenSha256: string, transfer: Transfer, validForMs: number): Promise<Date> {
    return this.db.one<Date>(
      `INSERT INTO imgapi.file_token (token_sha256, purpose, image, sha256, size_bytes, compression, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7 / 1000.0)) RETURNING expires_at`,
      [tokenSha256, transfer.purpose, transfer.image, transfer.sha256, transfer.sizeBytes, transfer.compression, validForMs],
      (row) => row.expires_at as Date,
    );
  }

  /** What a token is for, unless it is used up or expired. */
  find(tokenSha256: string, purpose: Transfer['purpose']): Promise<Transfer | undefined> {
    return this.db.maybe<Transfer>(`SELECT ${columns} FROM imgapi.file_token WHERE token_sha256 = $1 AND purpose = $2 AND ${isUsable}`, [
      tokenSha256,
      purpose,
    ]);
  }

  /** Takes a token for one transfer; undefined when it is unknown, used up, expired, or in somebody's hands. */
  claim(tokenSha256: string, purpose: Transfer['purpose']): Promise<Transfer | undefined> {
    return this.db.maybe<Transfer>(
      `UPDATE imgapi.file_token SET claimed_at = now() WHERE token_sha256 = $1 AND purpose = $2 AND ${isUsable} AND claimed_at IS NULL
       RETURNING ${columns}`,
      [tokenSha256, purpose],
    );
  }

  /** Ends a transfer: the token is used up, or, when the transfer broke, free to go on. */
  async settle(tokenSha256: string, isDone: boolean): Promise<void> {
    await this.db.exec('UPDATE imgapi.file_token SET claimed_at = NULL, used_at = CASE WHEN $2 THEN now() END WHERE token_sha256 = $1', [
      tokenSha256,
      isDone,
    ]);
  }

  /** Deletes tokens that were used or have expired. */
  forgetOld(): Promise<number> {
    return this.db.exec(`DELETE FROM imgapi.file_token WHERE expires_at < now() - interval '1 hour'`);
  }
}

const columns = 'purpose, image, sha256, size_bytes AS "sizeBytes", compression';
const isUsable = 'used_at IS NULL AND expires_at > now()';
