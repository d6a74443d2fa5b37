import { PNG } from 'pngjs';

/** Pixels as a PNG. Packed outside of the event loop. */
export function pngOf(pixels: Buffer, width: number, height: number): Promise<Buffer> {
  const png = new PNG({ width, height, colorType: 2, inputColorType: 2, inputHasAlpha: false });
  png.data = pixels;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    png.on('error', reject);
    png.on('data', (chunk: Buffer) => chunks.push(chunk));
    png.on('end', () => resolve(Buffer.concat(chunks)));
    png.pack();
  });
}
