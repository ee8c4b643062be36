/** Light or dark, as the device is. */
export function wearTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const wear = () => {
    document.documentElement.dataset.kernTheme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', wear);
  wear();
}
