# Chromium and the packages of tests/browser and tests/openid, as the browser tests and the benchmark in a browser want them.
# shellcheck shell=bash

browser_tests=tests/browser

# Sets CHROMIUM unless it is set. 1: there is none.
install_browser_tests() {
  if [[ ! -e $browser_tests/node_modules/.package-lock.json ||
    $browser_tests/package-lock.json -nt $browser_tests/node_modules/.package-lock.json ]]; then
    echo 'browser: installing packages' >&2
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix "$browser_tests" ci --no-fund --no-audit --loglevel=error >&2
  fi
  # The provider for sign-ins, which is a program of its own.
  if [[ ! -e tests/openid/node_modules/.package-lock.json ||
    tests/openid/package-lock.json -nt tests/openid/node_modules/.package-lock.json ]]; then
    npm --prefix tests/openid ci --no-fund --no-audit --loglevel=error >&2
  fi
  CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
  export CHROMIUM
  if [[ ! -x $CHROMIUM ]]; then
    echo 'browser: there is no Chromium: install it (scripts/setup does on Debian), or name one in CHROMIUM' >&2
    return 1
  fi
}
