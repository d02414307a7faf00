export type { JobEnd, JobEvent, JobRecord, RunReport, Stopped } from '../runs/report.ts';
