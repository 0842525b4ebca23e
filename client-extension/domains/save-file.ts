/** Gives the browser a file to save: the token that it took to get it is not in a link that could be followed. */

/** Browsers read the file only after the click, when they have asked where to put it. */
const KEPT_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
