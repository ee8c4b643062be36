// Deep links would put a link into each operation's button, where no keyboard reaches it.
window.ui = SwaggerUIBundle({ url: 'api/openapi.json', dom_id: '#api', deepLinking: false });

// Choices are named by the row they stand in, which the viewer leaves to the eye.
const named = () => {
  for (const choice of document.querySelectorAll('#api select:not([aria-label])')) {
    const row = choice.closest('[data-param-name]')?.dataset.paramName;
    choice.setAttribute('aria-label', row ?? (choice.id === 'servers' ? 'Server' : 'Media type'));
  }
};
new MutationObserver(named).observe(document.getElementById('api'), { childList: true, subtree: true });
