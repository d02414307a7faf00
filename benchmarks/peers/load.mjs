// Stands here so that names are found in this folder's node_modules.

/** Imports an installed peer by name. */
export function load(name) {
  return import(name);
}
