// Draws one of a reply's cards. Nothing is drawn yet.

/** An element, or null for a card that is not known; `ask(text)` sends a visitor's message. */
export function drawCard(card, strings, ask) {
  return null;
}
