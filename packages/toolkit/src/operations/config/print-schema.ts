import { configSchema } from '../../config/json-schema.ts';
import type { OperationResult } from '../operation.ts';
import { answer } from './config-call.ts';

/** `atonce config schema`: what editors check a settings file with. */
export function printSchema(): OperationResult {
  const data = configSchema();
  return answer({
    data,
    output: [{ kind: 'verbatim', text: `${JSON.stringify(data, null, 2)}\n` }],
  });
}
