// Draws one of a reply's cards. Nothing is drawn yet.

/** An element, or null for a card that is not known. Never throws. */
export function drawCard(card, strings) {
  return null;
}
