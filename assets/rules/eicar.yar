// The EICAR test file in its standard form only: the 68 bytes at the start, at most 128 in all, nothing but blanks behind them.
// Written as bytes, so that this file is not one itself. https://www.eicar.org/download-anti-malware-testfile/

rule eicar_test_file
{
  meta:
    author = "Vedette"
    description = "The EICAR test file. It is harmless and shows that scanning works."
    severity = "high"
    reference = "https://attack.mitre.org/techniques/T1204/002/"
  strings:
    $eicar = {
      58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D 24
      45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45
      21 24 48 2B 48 2A
    }
  condition:
    filesize <= 128 and $eicar at 0 and
    (
      filesize == 68 or
      for all index in (68..filesize - 1) : (
        uint8(index) == 0x20 or uint8(index) == 0x09 or uint8(index) == 0x0A or
        uint8(index) == 0x0D or uint8(index) == 0x1A
      )
    )
}
