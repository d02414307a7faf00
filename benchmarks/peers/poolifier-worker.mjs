import { ThreadWorker } from 'poolifier';
import { spin } from '../dist/spin/spin.js';

export default new ThreadWorker(spin);
