/* One channel for each kind of question; main.js opens them. */

export const channels = {};
