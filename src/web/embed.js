// <geokontor-map>: the map of the server this file comes from, for other homepages. Attributes: center ("lon,lat"), zoom,
// layers ("hydrants,suction_points"), lang, height ("24rem"), title. Who may show it, the server decides.
(() => {
  const server = new URL(document.currentScript.src).origin;
  const words = {
    de: { title: 'Löschwasserkarte', list: 'Löschwasser als Liste' },
    en: { title: 'Map of fire-fighting water', list: 'Fire-fighting water as a list' },
  };
  class GeokontorMap extends HTMLElement {
    static observedAttributes = ['center', 'zoom', 'layers', 'lang', 'height', 'title'];
    connectedCallback() {
      this.show();
    }
    attributeChangedCallback() {
      if (this.isConnected && this.shadowRoot) this.show();
    }
    show() {
      const said = (name) => this.getAttribute(name);
      const lang = (said('lang') ?? this.closest('[lang]')?.lang ?? 'de').startsWith('en') ? 'en' : 'de';
      const asked = new URLSearchParams({ lang, list: 'no' });
      for (const name of ['center', 'zoom', 'layers']) if (said(name) !== null) asked.set(name, said(name));
      const frame = document.createElement('iframe');
      frame.src = `${server}/embed?${asked}`;
      frame.title = said('title') ?? words[lang].title;
      frame.loading = 'lazy';
      frame.style.cssText = 'display:block;width:100%;border:0';
      frame.style.height = said('height') ?? '24rem';
      // Also where the frame may not be shown.
      const list = document.createElement('a');
      list.href = `${server}/ogc/collections/hydrants/items?f=html`;
      list.textContent = words[lang].list;
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      root.replaceChildren(frame, list);
    }
  }
  if (!customElements.get('geokontor-map')) customElements.define('geokontor-map', GeokontorMap);
})();
