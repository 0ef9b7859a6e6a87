// A process that writes so many exports of one second: `write-exports.ts FOLDER COUNT`.
import { writeMetricsExport } from '../../../../src/core/metrics/metrics-export.ts';
import { sampleExport } from './sample-export.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const document = sampleExport(3);
for (let turn = 0; turn < Number(count); turn += 1) {
  writeMetricsExport({ folder, document, nowSeconds: document.export_timestamp, keep: 1000 });
}
