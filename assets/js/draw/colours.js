/* The palettes, read from the style sheet so that light and dark live in one place. */

import { signal } from "../dom/signal.js";

let known = {};

export const colourOf = (name) => (known[name] ??= getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());

export const coloursForgotten = signal();
export const forgetColours = () => {
  known = {};
  coloursForgotten.emit();
};

export const runColour = (index) => colourOf(`run-${index}`);
export const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
export const FONT = "'Source Sans 3', system-ui, sans-serif";
