// Draws every icon from its SVG: the app's for each platform, the tray's four shapes in three sizes. `node scripts/draw-icons.ts`
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import png2icons from 'png2icons';

const assets = join(import.meta.dirname, '..', 'assets');

const appSizes = [16, 32, 48, 64, 128, 256, 512];
/** Points at 1×, `@2x` beside each: Windows takes the first, Linux panels the second. */
const panelSizes = [16, 22];
/** On light and on dark panels at least 3:1; the shape says the same. */
const colours: Readonly<Record<string, string>> = {
  protected: '#16938a',
  paused: '#7a8689',
  attention: '#c27500',
  threat: '#e0483e',
};

/**
 * One silhouette on a grid of 16, told apart by shape alone: a filled shield, its outline, with a dot, with a bar.
 * Black, as macOS wants of a template; in colour elsewhere, where panels are light or dark.
 */
const shield = 'M8 1 2.5 3v4.6c0 3.6 2.2 5.9 5.5 7.4 3.3-1.5 5.5-3.8 5.5-7.4V3z';
const trayShapes: Readonly<Record<string, (colour: string) => string>> = {
  protected: (colour) => `<path d="${shield}" fill="${colour}"/>`,
  paused: (colour) =>
    `<path d="M8 1.9 3.25 3.6v4c0 3.1 1.8 5.1 4.75 6.5 2.95-1.4 4.75-3.4 4.75-6.5v-4z" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round"/>`,
  attention: (colour) =>
    `<mask id="m"><rect width="16" height="16" fill="#fff"/><circle cx="12" cy="12" r="4.4" fill="#000"/></mask><path d="${shield}" fill="${colour}" mask="url(#m)"/><circle cx="12" cy="12" r="3" fill="${colour}"/>`,
  threat: (colour) =>
    `<mask id="m"><rect width="16" height="16" fill="#fff"/><rect x="7" y="4" width="2" height="7.4" rx=".5" fill="#000"/></mask><path d="${shield}" fill="${colour}" mask="url(#m)"/>`,
};

function draw(svg: string, size: number): Buffer {
  return new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng();
}

function write(place: string, bytes: Buffer): void {
  writeFileSync(join(assets, place), bytes);
}

const app = readFileSync(join(assets, 'icons', 'vedette.svg'), 'utf8');
for (const size of appSizes) write(`icons/${size}x${size}.png`, draw(app, size));
const largest = draw(app, 1024);
write('icons/icon.png', largest);
const icns = png2icons.createICNS(largest, png2icons.BICUBIC, 0);
const ico = png2icons.createICO(largest, png2icons.BICUBIC, 0, true);
if (icns === null || ico === null) throw new Error('the icons of macOS and Windows could not be made');
write('icons/icon.icns', icns);
write('icons/icon.ico', ico);

for (const [name, shape] of Object.entries(trayShapes)) {
  function svg(colour: string): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape(colour)}</svg>`;
  }
  write(`tray/${name}Template.png`, draw(svg('#000000'), 16));
  write(`tray/${name}Template@2x.png`, draw(svg('#000000'), 32));
  for (const size of panelSizes) {
    const place = `tray/${name}-${size}`;
    write(`${place}.png`, draw(svg(colours[name] ?? '#000000'), size));
    write(`${place}@2x.png`, draw(svg(colours[name] ?? '#000000'), size * 2));
  }
}
