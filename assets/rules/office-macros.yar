// Documents that act on their own. Only what stands uncompressed in the file is seen: clamd unpacks documents, these rules do not.

// Programs for Windows and Linux: what is not a document need not be searched, and large programs are many.
private rule is_program
{
  condition:
    uint16be(0) == 0x4D5A or uint32be(0) == 0x7F454C46
}

rule office_macro_starts_program_on_open
{
  meta:
    author = "Vedette"
    description = "An Office document holds a macro that runs when it is opened and starts another program."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1137/001/"
  strings:
    // The first line of every compressed macro module (MS-OVBA 2.4.1): a flag byte falls into the words.
    $macro = { 41 74 74 72 69 62 75 74 00 65 20 56 42 5F 4E 61 6D }
    $open = /(auto_?open|autoexec|document_open|workbook_open|auto_?close|document_close)/ nocase
    $create = /(createobject|getobject|vba\.shell|\bshell\b|shellexecute[aw]?)/ nocase
    $program = /(powershell|cmd\.exe|cmd \/c|wscript\.shell|mshta|rundll32|regsvr32|certutil|bitsadmin)/ ascii wide nocase
  condition:
    // Compound file (MS-CFB 2.2), or a zip whose members are stored as they are.
    (uint32be(0) == 0xD0CF11E0 or uint32be(0) == 0x504B0304) and filesize < 32MB and all of them
}

rule office_macro_downloads_on_open
{
  meta:
    author = "Vedette"
    description = "An Office document holds a macro that runs when it is opened and downloads a file."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1566/001/"
  strings:
    $macro = { 41 74 74 72 69 62 75 74 00 65 20 56 42 5F 4E 61 6D }
    $open = /(auto_?open|autoexec|document_open|workbook_open|auto_?close|document_close)/ nocase
    $download = /(urldownloadtofile[aw]?|msxml2\.(server)?xmlhttp|microsoft\.xmlhttp|winhttp\.winhttprequest)/ ascii wide nocase
  condition:
    (uint32be(0) == 0xD0CF11E0 or uint32be(0) == 0x504B0304) and filesize < 32MB and all of them
}

rule office_field_starts_program
{
  meta:
    author = "Vedette"
    description = "A field of a document starts a program through dynamic data exchange (DDE)."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1559/002/"
  strings:
    $field = /\bDDE(AUTO)?[\s"\\]{1,12}([A-Za-z]:)?[^\r\n<>{}]{0,80}\b(cmd|powershell|mshta|rundll32|regsvr32)(\.exe)?\b/ ascii wide nocase
    $word = /(w:instrText|w:fldSimple|\\fldinst)/
  condition:
    not is_program and filesize < 32MB and $field and
    ($word or uint32be(0) == 0xD0CF11E0 or uint32be(0) == 0x504B0304)
}

rule spreadsheet_formula_starts_program
{
  meta:
    author = "Vedette"
    description = "A cell of a table starts a program when a spreadsheet opens it."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1559/002/"
  strings:
    $cell = /(^|[\r\n,;\t>"])[=+\-@]\s{0,4}(cmd|powershell|mshta|rundll32|regsvr32|msexcel)(\.exe)?\s{0,4}\|\s{0,4}'[^'\r\n]{2,300}'\s{0,4}!\s{0,4}[A-Za-z_$]/ nocase
  condition:
    not is_program and filesize < 32MB and $cell
}

rule office_template_from_bare_address
{
  meta:
    author = "Vedette"
    description = "A document loads its template, and with it any macro, from a bare network address."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1221/"
  strings:
    $after = /relationships\/attachedTemplate"[^>]{0,200}Target\s?=\s?"(https?:\/\/|\\\\|file:\/\/\/?\\\\)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/\\@]/ nocase
    $before = /Target\s?=\s?"(https?:\/\/|\\\\|file:\/\/\/?\\\\)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/\\@][^>]{0,300}relationships\/attachedTemplate"/ nocase
    $rtf = /\{\\\*\\template\s{1,4}(https?:\/\/|\\\\)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/\\@]/ nocase
  condition:
    not is_program and filesize < 32MB and any of them
}

rule office_object_from_web_page
{
  meta:
    author = "Vedette"
    description = "A document embeds an object that is really a web page on the network, which can run commands while it is opened."
    severity = "critical"
    reference = "https://attack.mitre.org/techniques/T1203/"
  strings:
    $after = /relationships\/oleObject"[^>]{0,200}Target\s?=\s?"(mhtml:)?https?:\/\/[^">]{3,300}!/ nocase
    $before = /Target\s?=\s?"(mhtml:)?https?:\/\/[^">]{3,300}!"[^>]{0,300}relationships\/oleObject"/ nocase
  condition:
    not is_program and filesize < 32MB and any of them
}

rule rtf_equation_object_loads_itself
{
  meta:
    author = "Vedette"
    description = "An RTF document loads an equation object on its own, which old versions of Office run as a program."
    severity = "critical"
    reference = "https://attack.mitre.org/techniques/T1203/"
  strings:
    $data = /\\objdata\b/
    $update = /\\objupdate\b/
    // "Equation.3" and the class identifier 0002CE02-0000-0000-C000-000000000046, as hexadecimal digits.
    $name = /4\s?5\s?7\s?1\s?7\s?5\s?6\s?1\s?7\s?4\s?6\s?9\s?6\s?f\s?6\s?e\s?2\s?e\s?3\s?3/ nocase
    $class = /0\s?2\s?c\s?e\s?0\s?2(\s?0){10}\s?c(\s?0){13}\s?4\s?6/ nocase
  condition:
    uint32be(0) == 0x7B5C7274 and filesize < 32MB and $data and $update and ($name or $class)
}
