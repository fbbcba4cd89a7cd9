// Switches for the browser of the tests.

/**
 * Features that Playwright 1.65 turns off by itself, and two more: the address bar as a page, which every new window of
 * Chromium 156 would load for nothing. Of several `--disable-features`, Chromium heeds the last: the list is whole.
 */
const withoutFeatures = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

/** Chromium's sandbox does not work for root. */
const asRoot = process.getuid?.() === 0

/** Arguments for Chromium: they keep it from calling Google during the tests. */
export const switches = [
  `--disable-features=${withoutFeatures.join(',')}`,
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No page lives long enough for V8's optimising compilers to pay: without them the same pages take a sixth less.
  '--js-flags=--no-opt --no-maglev',
  ...(asRoot ? ['--no-sandbox'] : []),
]
