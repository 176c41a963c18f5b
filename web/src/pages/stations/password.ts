/** Neither 0 and O nor 1, l and I: somebody may have to type it. */
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** Fits into what OCPP 1.6 and 2.x take, and is no hex key by its length. */
const LENGTH = 24;

/** A password that no one can guess: 139 bits. */
export function newPassword(): string {
  const letters: string[] = [];
  while (letters.length < LENGTH) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Those beyond the last whole round would make some letters likelier than others.
    if (byte < 256 - (256 % LETTERS.length)) letters.push(LETTERS.charAt(byte % LETTERS.length));
  }
  return letters.join("");
}
