// The task: worker threads load this module by its URL.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const root = new URL('../../', import.meta.url);
const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };

/** Hashes a file, compresses it, and hashes the result. */
export function compressFile({ path }) {
  const content = readFileSync(new URL(path.split('/').map(encodeURIComponent).join('/'), root));
  const packed = brotliCompressSync(content, { params });
  return { sha256: sha256(content), brotliBytes: packed.length, brotliSha256: sha256(packed) };
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
