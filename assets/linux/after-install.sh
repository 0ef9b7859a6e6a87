#!/bin/sh
# After a deb or rpm was installed or updated; what it does is safe to do twice.
set -e
program=/opt/Vedette

# The helper of Chromium's sandbox works where unprivileged user namespaces are switched off.
if [ -f "$program/chrome-sandbox" ]; then
  chown root:root "$program/chrome-sandbox"
  chmod 4755 "$program/chrome-sandbox"
fi

# Not `vedette`: that is the command, which this package does not have.
ln -sfn "$program/vedette" /usr/bin/vedette-app

if command -v update-desktop-database >/dev/null; then
  update-desktop-database -q /usr/share/applications || true
fi
