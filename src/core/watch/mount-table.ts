// What /proc/self/mountinfo says, byte for byte, and which of these mounts can be pulled out of the machine.
import { Buffer } from 'node:buffer';
import { decodePath } from '../files/raw-path.ts';

export interface Mount {
  readonly mountPoint: string;
  /** `major:minor`, as the kernel names it below /sys/dev/block. */
  readonly device: string;
  readonly fsType: string;
  /** A device file for most; whatever the file system calls itself for others. */
  readonly source: string;
  /** Of the mount and of the file system. */
  readonly options: readonly string[];
}

/** What sysfs tells of the disk that a mount is on. */
export interface BlockDevice {
  /** The medium can be taken out: a card, a disc, most sticks. */
  readonly hasRemovableMedium: boolean;
  /** It is connected by USB: also hard disks, whose medium stays. */
  readonly isUsb: boolean;
}

/** Without anything of a disk: the kernel talking, or another file system seen a second time. */
const pseudoTypes: ReadonlySet<string> = new Set([
  'autofs',
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'overlay',
  'proc',
  'pstore',
  'ramfs',
  'rpc_pipefs',
  'securityfs',
  'squashfs',
  'sysfs',
  'tracefs',
]);

/** `fuse` and its kinds are programs, most of them with a network behind; `fuseblk` is a disk (NTFS, exFAT). */
const networkTypes =
  /^(?:9p|afs|beegfs|ceph|cifs|coda|davfs|fuse(?:\..*)?|glusterfs|lustre|ncpfs|nfs4?|ocfs2|smb3?|smbfs|virtiofs)$/u;

/** Where a system itself may be on a stick or a card: then this is its disk, and nobody pulls it out. */
const systemPlaces = /^\/(?:$|(?:boot|efi|etc|home|nix|opt|root|snap|srv|sysroot|tmp|usr|var)(?:\/|$))/u;

/** Whatever is mounted there holds nothing of anybody's. */
const kernelPlaces = /^\/(?:proc|sys)(?:\/|$)/u;

/** Where desktops mount what is put in. */
const removablePlaces = /^\/(?:media|run\/media)\/./u;

/**
 * proc_pid_mountinfo(5). Lines that are not as they should be are left out; of several mounts on one mount point the
 * last counts, which hides the others.
 */
export function parseMountTable(table: Buffer): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  // Latin-1 keeps a byte a character: names are decoded only when they are whole.
  for (const line of table.toString('latin1').split('\n')) {
    const mount = parseLine(line.split(' '));
    if (mount !== null) mounts.set(mount.mountPoint, mount);
  }
  return [...mounts.values()];
}

/** `id parent major:minor root mountPoint options optional… - fsType source superOptions` */
function parseLine(fields: readonly string[]): Mount | null {
  const [, , device = '', , mountPoint = '', options = ''] = fields;
  // Any number of optional fields come before the dash.
  const dash = fields.indexOf('-', 6);
  if (dash === -1 || !/^\d+:\d+$/.test(device) || !mountPoint.startsWith('/')) return null;
  const [fsType = '', source = '', superOptions = ''] = fields.slice(dash + 1);
  if (fsType === '') return null;
  return {
    mountPoint: unescapeName(mountPoint),
    device,
    fsType,
    source: unescapeName(source),
    options: [...new Set([...options.split(','), ...superOptions.split(',')])].filter((name) => name !== ''),
  };
}

/** The kernel writes blank, tab, newline, backslash (and `#`) as three octal digits. */
function unescapeName(latin1: string): string {
  const bytes = latin1.replaceAll(/\\([0-3][0-7]{2})/g, (_whole, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return decodePath(Buffer.from(bytes, 'latin1'));
}

/** @param disk null where the mount has no device of its own, or nothing is known of it. */
export function isRemovable({ mountPoint, fsType }: Mount, disk: BlockDevice | null): boolean {
  if (pseudoTypes.has(fsType) || networkTypes.test(fsType)) return false;
  if (removablePlaces.test(mountPoint)) return true;
  if (systemPlaces.test(mountPoint)) return false;
  return disk !== null && (disk.hasRemovableMedium || disk.isUsb);
}

/**
 * Mount points that a program or a network serves: a call on one waits for as long as nobody answers.
 * @param readTable throws where there is none
 */
export function mountsThatMayHang(readTable: () => Buffer): readonly string[] {
  try {
    return parseMountTable(readTable())
      .filter(({ fsType }) => networkTypes.test(fsType) || fsType === 'fuseblk')
      .map(({ mountPoint }) => mountPoint);
  } catch {
    // Other systems tell of a mount that hangs by an error, after a while.
    return [];
  }
}

/** File systems with files of people on this machine: neither the kernel talking nor a network. */
export function isLocal({ mountPoint, fsType }: Mount): boolean {
  if (mountPoint === '/') return true;
  return !kernelPlaces.test(mountPoint) && !pseudoTypes.has(fsType) && !networkTypes.test(fsType);
}
