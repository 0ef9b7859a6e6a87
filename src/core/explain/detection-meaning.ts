// What a detection says, in plain words, and whose word it is; nothing is said that neither the name nor the rule says.
import type { Detection } from '../../shared/verdict.ts';

const platforms: Readonly<Record<string, string>> = {
  andr: 'Android',
  doc: 'Microsoft Office documents',
  html: 'web pages',
  js: 'JavaScript',
  java: 'Java',
  legacy: 'old systems',
  multios: 'several systems',
  osx: 'macOS',
  pdf: 'PDF documents',
  php: 'PHP',
  ps1: 'PowerShell',
  py: 'Python',
  rtf: 'RTF documents',
  txt: 'text files',
  unix: 'Linux and Unix',
  vbs: 'Visual Basic scripts',
  win: 'Windows',
  xls: 'Excel sheets',
  xml: 'XML documents',
};

/** Categories of the names of ClamAV: https://docs.clamav.net/manual/Signatures/SignatureNames.html */
const categories: Readonly<Record<string, string>> = {
  adware: 'a program that shows advertisements',
  backdoor: 'a program that lets others in',
  coinminer: 'a program that mines coins for somebody else',
  downloader: 'something that fetches another program and starts it',
  dropper: 'something that carries another program and starts it',
  exploit: 'a file that uses a flaw of a program to run code',
  file: 'a file that is known to be harmful',
  infostealer: 'a program that steals passwords and data',
  keylogger: 'a program that records what is typed',
  loader: 'something that loads another program',
  macro: 'a macro that does harm',
  malware: 'a harmful program',
  packed: 'a program that is packed in a way harmful ones are',
  phishing: 'something made to trick you into giving away a password',
  proxy: 'a program that sends the traffic of others through this machine',
  ransomware: 'a program that encrypts files and asks for money',
  rootkit: 'a program that hides itself and others',
  spyware: 'a program that watches what you do',
  test: 'a file made to test scanners; it is harmless',
  tool: 'a tool that is used for attacks, and for other things',
  trojan: 'a program that pretends to be something else',
  virus: 'a program that copies itself into other files',
  worm: 'a program that copies itself to other machines',
};

const testFileWords = new Set(
  'eicar test file string signature standard antivirus anti virus win hdb hsb ndb unofficial vedette'.split(
    ' ',
  ),
);

/** One or two sentences, without the name of the engine. */
export function detectionMeaning({ engine, kind, name, meta }: Detection): string {
  if (isTestFile(name)) {
    return 'The EICAR test file: harmless, and made to show that a scanner works.';
  }
  const { description } = meta;
  if (typeof description === 'string' && description.trim() !== '') return sentence(description);
  switch (kind) {
    case 'hash':
      return 'The file is byte for byte one that is on a list of known bad files.';
    case 'heuristic':
      return 'No signature names this file: it looks or is built in a way harmful files are.';
    case 'pua':
      return 'A program that some people do not want and others use knowingly, such as adware or a remote control.';
    case 'rule':
      return 'The file holds what a YARA rule looks for; the rule has no description.';
    case 'signature':
      return engine === 'clamav' ? signatureMeaning(name) : 'The file holds what a signature looks for.';
    default:
      return kind satisfies never;
  }
}

/** `Win.Test.EICAR_HDB-1`, `Eicar-Test-Signature`, `EICAR_Test_File`; what brings it along, or looks like it, is not it. */
function isTestFile(name: string): boolean {
  const words: readonly string[] = name.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.includes('eicar') && words.every((word) => testFileWords.has(word));
}

function signatureMeaning(name: string): string {
  const parts = name.split(/[.\-_]/).map((part) => part.toLowerCase());
  const category = parts.map((part) => (Object.hasOwn(categories, part) ? categories[part] : undefined));
  const what = category.find((words) => words !== undefined) ?? 'a file that is known to be harmful';
  const platform = Object.hasOwn(platforms, parts[0] ?? '') ? platforms[parts[0] ?? ''] : undefined;
  return `By its name, ${what}${platform === undefined ? '' : `, for ${platform}`}.`;
}

/** Who wrote the signature or rule, as far as it says; else empty. */
export function detectionSource({ engine, kind, name, meta }: Detection): string {
  const { author, reference } = meta;
  const written = typeof author === 'string' && author.trim() !== '' ? `Written by ${author.trim()}` : '';
  const more = typeof reference === 'string' && reference.trim() !== '' ? reference.trim() : '';
  if (written !== '' || more !== '') return [written, more].filter((text) => text !== '').join(' · ');
  if (kind === 'hash') return 'A list of known bad files';
  if (engine !== 'clamav') return '';
  return isUnofficial(name) ? 'A database that is not of the ClamAV project' : 'A database of clamd';
}

/** clamd puts it behind names of databases that the project has not signed. */
export function isUnofficial(name: string): boolean {
  return name.endsWith('.UNOFFICIAL');
}

function sentence(text: string): string {
  const plain = text.trim();
  const ended = /[.!?]$/.test(plain) ? plain : `${plain}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}
