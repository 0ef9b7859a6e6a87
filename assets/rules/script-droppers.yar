// Scripts that fetch a program and hide that they run it. Each rule asks for several things that seldom meet in honest files.

rule shell_pipes_hidden_download
{
  meta:
    author = "Vedette"
    description = "A shell script runs what it downloads from a bare address or a paste site, and hides it."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $address = /\b(curl|wget)\b[^\r\n|;]{0,200}https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[^\r\n|;]{0,200}\|\s{0,8}(sudo\s{1,8})?(ba|da|z|k)?sh\b/
    $paste = /\b(curl|wget)\b[^\r\n|;]{0,200}(pastebin\.com\/raw|hastebin\.com\/raw|transfer\.sh|ix\.io|paste\.ee\/r|termbin\.com)\/[^\r\n|;]{0,200}\|\s{0,8}(sudo\s{1,8})?(ba|da|z|k)?sh\b/
    $quiet = /(ba|da|z|k)?sh\b[^\r\n|;]{0,40}>\s{0,4}\/dev\/null\s{1,4}2>&1/
    $history = /(history\s{1,4}-c\b|unset\s{1,4}HISTFILE|HISTFILE=\/dev\/null|HISTSIZE=0)/
    $schedule = /(crontab\s{1,4}-|\/etc\/cron\.d\/|\/var\/spool\/cron)/
    $preload = /\/etc\/ld\.so\.preload/
  condition:
    filesize < 1MB and ($address or $paste) and any of ($quiet, $history, $schedule, $preload)
}

rule shell_downloads_runs_deletes
{
  meta:
    author = "Vedette"
    description = "A shell script looks for a folder it may write to, downloads a program from a bare address, runs and deletes it, as botnets do."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $folders = /cd\s{1,4}\/tmp\s{0,4}\|\|\s{0,4}cd\s{1,4}\/(var|mnt|root|dev|run|home)/
    $download = /\b(curl|wget|tftp|ftpget)\b[^\r\n;]{0,120}[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/
    $permit = /chmod\s{1,4}(\+x|777|755|a\+x)\s/
    $delete = /rm\s{1,4}-r?f/
  condition:
    filesize < 256KB and all of them
}

rule shell_reverse_connection
{
  meta:
    author = "Vedette"
    description = "A command hands an interactive shell to another machine."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $shell = /bash\s{1,4}-i\s{0,4}(>&|&>)\s{0,4}\/dev\/tcp\/[0-9A-Za-z.:-]{4,64}\/[0-9]{1,5}\s{1,4}0>&1/
  condition:
    filesize < 256KB and $shell
}

rule shell_runs_encoded_program
{
  meta:
    author = "Vedette"
    description = "A shell script decodes a long text and runs it as a program."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1140/"
  strings:
    $run = /echo\s{1,4}(-n\s{1,4})?["']?[A-Za-z0-9+\/]{80,2000}={0,2}["']?\s{0,4}\|\s{0,4}base64\s{1,4}(-d|-D|--decode)\s{0,4}\|\s{0,4}(ba|da|z|k)?sh\b/
  condition:
    filesize < 1MB and $run
}

rule powershell_hidden_encoded_command
{
  meta:
    author = "Vedette"
    description = "PowerShell is started without a window and with an encoded program."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1059/001/"
  strings:
    $encoded = /powershell(\.exe)?["']?\s[^\r\n]{0,200}[\-\/]e(c|n|nc|nco|ncod|ncodedcommand)?\s{1,8}["']?[A-Za-z0-9+\/]{60}/ ascii wide nocase
    $hidden = /powershell(\.exe)?["']?\s[^\r\n]{0,200}[\-\/]w(i|in|ind|indowstyle)?\s{1,8}["']?(hidden\b|1\s)/ ascii wide nocase
  condition:
    filesize < 5MB and all of them
}

rule powershell_hidden_download
{
  meta:
    author = "Vedette"
    description = "PowerShell downloads a program and runs it from memory, without a window or with its malware check switched off."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $download = /\.download(string|data|file)\s{0,4}\(\s{0,4}["'(]/ ascii wide nocase
    $run = /\b(iex|invoke-expression)\b/ ascii wide nocase
    $hidden = /powershell(\.exe)?["']?\s[^\r\n]{0,200}[\-\/]w(i|in|ind|indowstyle)?\s{1,8}["']?hidden\b/ ascii wide nocase
    $unchecked = /amsi(initfailed|scanbuffer)\b/ ascii wide nocase
  condition:
    filesize < 1MB and $download and $run and ($hidden or $unchecked)
}

rule powershell_switches_off_malware_check
{
  meta:
    author = "Vedette"
    description = "A script reaches into PowerShell to switch off the malware check of what it runs."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
  strings:
    $class = /Management\.Automation\.Amsi[U]tils/ ascii wide nocase
    $field = /amsi[I]nitFailed/ ascii wide nocase
    $set = /\.SetValue\s{0,4}\(\s{0,4}\$null\s{0,4},\s{0,4}\$true/ ascii wide nocase
  condition:
    filesize < 1MB and all of them
}

rule certutil_downloads_program
{
  meta:
    author = "Vedette"
    description = "The certificate tool of Windows is used to download a program."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $download = /certutil(\.exe)?["']?\s[^\r\n]{0,60}[\-\/](urlcache|verifyctl)[^\r\n]{0,80}https?:\/\/[^\r\n]{3,300}\.(exe|dll|bat|cmd|scr|hta|vbs|ps1|js)\b/ ascii wide nocase
    $run = /(start|call|cmd(\.exe)?\s{1,4}\/c|&&|rundll32(\.exe)?|regsvr32(\.exe)?)\s{1,4}[^\r\n]{0,120}\.(exe|dll|bat|cmd|scr|hta|vbs|ps1|js)\b/ ascii wide nocase
  condition:
    filesize < 256KB and all of them
}

rule bitsadmin_downloads_program
{
  meta:
    author = "Vedette"
    description = "The transfer service of Windows is used to download a program, which is then started."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1197/"
  strings:
    $download = /bitsadmin(\.exe)?["']?\s[^\r\n]{0,40}\/(transfer|addfile)\s[^\r\n]{0,120}https?:\/\/[^\r\n]{3,300}\.(exe|dll|bat|cmd|scr|hta|vbs|ps1|js)\b/ ascii wide nocase
    $run = /(start|call|cmd(\.exe)?\s{1,4}\/c|&&|\/SetNotifyCmdLine)\s{1,4}[^\r\n]{0,120}\.(exe|dll|bat|cmd|scr|hta|vbs|ps1|js)\b/ ascii wide nocase
  condition:
    filesize < 256KB and all of them
}

rule mshta_runs_remote_script
{
  meta:
    author = "Vedette"
    description = "The HTML application host of Windows is started with a script from the network or from its command line."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1218/005/"
  strings:
    $remote = /mshta(\.exe)?["']?\s{1,8}["']?https?:\/\/[0-9A-Za-z.:\-]{4,253}\/[^\s"']{1,200}/ ascii wide nocase
    $inline = /mshta(\.exe)?["']?\s{1,8}["']?(vbscript|javascript):[^\r\n]{0,200}(execute|getobject|activexobject|createobject)\s{0,4}\(/ ascii wide nocase
    $start = /(\.run\s{0,4}[("']|shell\.application|start\s{1,4}(\/b|\/min|["']{2})\s|cmd(\.exe)?\s{1,4}\/c\s|start-process\s|schtasks(\.exe)?\s)/ ascii wide nocase
  condition:
    filesize < 256KB and ($inline or ($remote and $start))
}

rule regsvr32_runs_remote_scriptlet
{
  meta:
    author = "Vedette"
    description = "The registration tool of Windows is used to run a script from the network."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1218/010/"
  strings:
    $run = /regsvr32(\.exe)?["']?\s[^\r\n]{0,40}\/i:\s{0,4}["']?https?:\/\/[^\r\n]{3,200}\bscrobj(\.dll)?\b/ ascii wide nocase
  condition:
    filesize < 1MB and $run
}

rule script_host_dropper
{
  meta:
    author = "Vedette"
    description = "A script for the Windows script host downloads a file, writes it to disk and starts it."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1059/007/"
  strings:
    $create = /(new\s{1,4}ActiveXObject|CreateObject)\s{0,4}\(/ ascii wide nocase
    $download = /["'](MSXML2\.(Server)?XMLHTTP|Microsoft\.XMLHTTP|WinHttp\.WinHttpRequest)/ ascii wide nocase
    $stream = /["']ADODB\.Stream/ ascii wide nocase
    $write = /\.SaveToFile\b/ ascii wide nocase
    $shell = /["'](WScript\.Shell|Shell\.Application)/ ascii wide nocase
    $run = /\.(Run|Exec|ShellExecute)\b\s{0,4}[("'a-z]/ ascii wide nocase
  condition:
    filesize < 1MB and all of them
}

rule python_runs_decoded_program_with_network
{
  meta:
    author = "Vedette"
    description = "A Python script decodes a program and runs it, and talks to the network."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $run = /\bexec\s{0,4}\(\s{0,4}(compile\s{0,4}\(\s{0,4})?((zlib|lzma|bz2)\.decompress\s{0,4}\(\s{0,4})?(__import__\s{0,4}\(\s{0,4}["']base64["']\s{0,4}\)|base64)\.(b64|b32|b85|urlsafe_b64)decode\s{0,4}\(\s{0,4}(b?["'][A-Za-z0-9+\/=_\-]{20}|requests?\.|urllib)/
    $network = /(urllib\.request|urllib2|urlopen\s{0,4}\(|requests\.(get|post)\s{0,4}\(|socket\.socket\s{0,4}\(|http\.client)/
  condition:
    filesize < 1MB and all of them
}

rule python_reverse_shell
{
  meta:
    author = "Vedette"
    description = "A Python script hands a shell to another machine."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1059/006/"
  strings:
    $connect = /\.connect\s{0,4}\(\s{0,4}\(\s{0,4}["'][^"'\r\n]{1,253}["']\s{0,4},\s{0,4}[0-9]{1,5}/
    $join = /os\.dup2\s{0,4}\(\s{0,4}\w{1,32}\.fileno\s{0,4}\(\s{0,4}\)\s{0,4},\s{0,4}[012]\s{0,4}\)/
    $shell = /["'](\/bin\/(ba|da|z)?sh|cmd\.exe)["']/
  condition:
    filesize < 256KB and $connect and #join >= 2 and $shell
}

rule php_runs_request_as_code
{
  meta:
    author = "Vedette"
    description = "A PHP page runs whatever a visitor sends as a program: a web shell."
    severity = "critical"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $run = /\b(eval|assert)\s{0,4}\(\s{0,4}@?((base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes|urldecode|trim)\s{0,4}\(\s{0,4}@?){0,4}\$_(POST|GET|REQUEST|COOKIE)\s{0,4}\[/ nocase
  condition:
    filesize < 1MB and all of them
}

rule php_runs_request_as_command
{
  meta:
    author = "Vedette"
    description = "A PHP page runs whatever a visitor sends as a command of the system: a web shell."
    severity = "critical"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $run = /[^>:\w](system|passthru|shell_exec|exec|popen|proc_open)\s{0,4}\(\s{0,4}@?((base64_decode|stripslashes|urldecode|trim)\s{0,4}\(\s{0,4}@?){0,3}\$_(POST|GET|REQUEST|COOKIE)\s{0,4}\[/ nocase
  condition:
    filesize < 1MB and all of them
}

rule php_runs_packed_program
{
  meta:
    author = "Vedette"
    description = "A PHP page unpacks a long encoded text and runs it, which hides what it does."
    severity = "medium"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $php = /<\?(php|=)/ nocase
    $run = /\b(eval|assert)\s{0,4}\(\s{0,4}((gzinflate|gzuncompress|gzdecode|str_rot13|strrev)\s{0,4}\(\s{0,4}){1,3}base64_decode\s{0,4}\(\s{0,4}["'][A-Za-z0-9+\/=]{200}/ nocase
  condition:
    filesize < 5MB and all of them
}

rule shortcut_runs_powershell
{
  meta:
    author = "Vedette"
    description = "A Windows shortcut starts PowerShell with a hidden window, an encoded program or a download."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1204/002/"
  strings:
    $powershell = /powershell|pwsh\.exe/ ascii wide nocase
    $hidden = /[\-\/]w(i|in|ind|indowstyle)?\s{1,8}["']?(hidden\b|1\s)/ ascii wide nocase
    $encoded = /[\-\/]e(c|n|nc|ncodedcommand)?\s{1,8}["']?[A-Za-z0-9+\/]{40}/ ascii wide nocase
    $download = /(downloadstring|downloadfile|invoke-webrequest|\biwr\b|start-bitstransfer|https?:\/\/)/ ascii wide nocase
  condition:
    // Header size, then the class identifier of shell links (MS-SHLLINK 2.1).
    uint32(0) == 0x4C and uint32(4) == 0x00021401 and uint32(8) == 0 and filesize < 1MB and
    $powershell and any of ($hidden, $encoded, $download)
}

rule shortcut_downloads_with_system_tool
{
  meta:
    author = "Vedette"
    description = "A Windows shortcut makes a tool of the system fetch something from the network."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1218/"
  strings:
    $tool = /\b(mshta|certutil|bitsadmin|regsvr32|rundll32|wscript|cscript)(\.exe)?\b/ ascii wide nocase
    $address = /(https?:\/\/|\\\\[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[@\\])/ ascii wide nocase
  condition:
    uint32(0) == 0x4C and uint32(4) == 0x00021401 and uint32(8) == 0 and filesize < 1MB and all of them
}
