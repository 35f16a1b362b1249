/* The quantities under the hand, by id: each with show, setEnds, refuse, idle, mark, value (hand/quantity.js). */

export const quantities = {};
