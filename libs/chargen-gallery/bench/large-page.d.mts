/** Writes a page of many made-up scenes below a folder, the same every time; returns the path of its index.html. */
export function largePage(root: string, entities: number, scenesEach: number): Promise<string>;
