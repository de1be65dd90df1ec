/** The name of this plugin in nx.json. */
export const PLUGIN = 'chargen-plugin';
