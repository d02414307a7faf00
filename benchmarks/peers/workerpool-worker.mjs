import workerpool from 'workerpool';
import { spin } from '../dist/spin/spin.js';

workerpool.worker({ spin });
