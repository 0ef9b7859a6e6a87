#!/bin/sh
# After a deb or rpm was removed. An update runs this of the old package too, after the new one is in place.
set -e

if [ ! -e /opt/Vedette/vedette ]; then
  rm -f /usr/bin/vedette-app
fi

if command -v update-desktop-database >/dev/null; then
  update-desktop-database -q /usr/share/applications || true
fi
