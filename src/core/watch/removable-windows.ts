// Removable volumes on Windows: logical disks of the kind "removable" that have a medium in them.
import { z } from 'zod';
import type { RemovableVolume, RemovableVolumes, RunProgram } from './removable-volumes.ts';

/** Without the first part labels that are not ASCII arrive in the code page of the console. DriveType 2 is removable. */
const command = [
  '[Console]::OutputEncoding = [System.Text.Encoding]::UTF8',
  'Get-CimInstance Win32_LogicalDisk -Filter DriveType=2' +
    ' | Select-Object DeviceID, VolumeName, VolumeSerialNumber, Size' +
    ' | ConvertTo-Json -Compress',
].join('; ');

const diskSchema = z.object({
  DeviceID: z.string().regex(/^[A-Z]:$/iu),
  VolumeName: z.string().nullish(),
  VolumeSerialNumber: z.string().nullish(),
  Size: z.number().nullish(),
});
/** One disk comes without brackets, none as nothing at all. */
const answerSchema = z.union([z.array(diskSchema), diskSchema.transform((disk) => [disk])]);

export class WindowsVolumes implements RemovableVolumes {
  readonly #run: RunProgram;

  constructor({ run }: { readonly run: RunProgram }) {
    this.#run = run;
  }

  async list(): Promise<readonly RemovableVolume[]> {
    const args = ['-NoProfile', '-NonInteractive', '-Command', command];
    return readLogicalDisks(await this.#run('powershell.exe', args));
  }
}

/** @throws for what is no answer of `ConvertTo-Json`. */
export function readLogicalDisks(answer: string): readonly RemovableVolume[] {
  const text = answer.replace(/^\uFEFF/u, '').trim();
  if (text === '') return [];
  // A card reader without a card is a disk without a size.
  const disks = answerSchema.parse(JSON.parse(text)).filter(({ Size: size }) => size != null && size > 0);
  return disks.map(({ DeviceID: letter, VolumeName: label, VolumeSerialNumber: serial }) => ({
    path: `${letter}\\`,
    name: label == null || label === '' ? letter : label,
    device: serial == null || serial === '' ? letter : serial,
  }));
}
