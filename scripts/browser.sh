# A Chromium for the browser journeys: the machine's own, or Debian's when we may install it.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium …"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null && command -v chromium >/dev/null && exit 0
fi
echo "The tests drive a browser: install chromium or google-chrome, so that it is found in PATH." >&2
exit 1
