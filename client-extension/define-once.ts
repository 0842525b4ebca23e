/**
 * Defines elements whose names are not taken yet. A module may be evaluated more than once in a page (two versions of it
 * during a deployment, or the same under two addresses), and a second definition of a name is an error.
 */
export function defineOnce(elements: Readonly<Record<string, CustomElementConstructor>>): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
