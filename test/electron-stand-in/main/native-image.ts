// `nativeImage`: PNG bytes with their size, and what else was said of the image; no pixels are ever drawn.
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { AddRepresentationOptions, CreateFromBufferOptions, ResizeOptions, Size } from 'electron';

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const pngWidthOffset = 16;
const pngHeightOffset = 20;

export class NativeImage {
  readonly #bytes: Buffer;
  readonly #size: Size;
  readonly #scaleFactors = new Set<number>();
  #isTemplate = false;

  constructor(bytes: Buffer, size: Size = pngSize(bytes)) {
    this.#bytes = bytes;
    this.#size = size;
    if (!this.isEmpty()) this.#scaleFactors.add(1);
  }

  isEmpty(): boolean {
    return this.#size.width === 0 || this.#size.height === 0;
  }

  getSize(): Size {
    return { ...this.#size };
  }

  getScaleFactors(): number[] {
    return [...this.#scaleFactors];
  }

  addRepresentation(options: AddRepresentationOptions): void {
    this.#scaleFactors.add(options.scaleFactor ?? 1);
  }

  setTemplateImage(isTemplate: boolean): void {
    this.#isTemplate = isTemplate;
  }

  isTemplateImage(): boolean {
    return this.#isTemplate;
  }

  toPNG(): Buffer {
    return this.#bytes;
  }

  toDataURL(): string {
    return `data:image/png;base64,${this.#bytes.toString('base64')}`;
  }

  resize({ width, height }: ResizeOptions): NativeImage {
    const size = { width: width ?? this.#size.width, height: height ?? this.#size.height };
    return new NativeImage(this.#bytes, size);
  }
}

export const nativeImage = {
  createEmpty(): NativeImage {
    return new NativeImage(Buffer.alloc(0));
  },
  /** Empty when there is no such image, as in Electron. */
  createFromPath(path: string): NativeImage {
    try {
      return new NativeImage(readFileSync(path));
    } catch {
      return nativeImage.createEmpty();
    }
  },
  createFromBuffer(bytes: Buffer, options: CreateFromBufferOptions = {}): NativeImage {
    const { width, height } = options;
    return width === undefined || height === undefined
      ? new NativeImage(bytes)
      : new NativeImage(bytes, { width, height });
  },
  createFromDataURL(url: string): NativeImage {
    return new NativeImage(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
  },
};

function pngSize(bytes: Buffer): Size {
  const isPng = bytes.subarray(0, pngSignature.length).equals(pngSignature);
  if (!isPng || bytes.length < pngHeightOffset + 4) return { width: 0, height: 0 };
  return { width: bytes.readUInt32BE(pngWidthOffset), height: bytes.readUInt32BE(pngHeightOffset) };
}
