import { h, render } from 'preact';

render(h('input', { type: 'email' }), /** @type {HTMLElement} */ (document.getElementById('app')));
